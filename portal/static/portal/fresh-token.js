// The token of whoever is signed in now, put into each form of `within`; false where nobody is, or nothing answers.
// For send-again.js and signed-out.js, which are loaded after it.
async function refreshTokens(address, within) {
  try {
    const response = await fetch(address, { redirect: "manual" });
    if (!response.ok) return false;
    const { token } = await response.json();
    within.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((input) => { input.value = token; });
    return true;
  } catch { return false; }
}
