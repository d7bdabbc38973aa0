"""The portal's pages of onboarding: the newcomer's, the supporters'."""
