"""The library as a file: out, in again, and every mistake told by line and column with nothing half done."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Locale

from base.csv_files import UnreadableFile
from base.sheets import as_csv
from competencies.levels import Level
from competencies.library_csv import (
    COMPETENCY_COLUMNS,
    PROFILE_COLUMNS,
    read_library,
)
from competencies.library_rows import competency_rows, profile_rows
from competencies.models import CompetencyPage, CompetencyProfilePage
from competencies.services.library import import_library

pytestmark = pytest.mark.django_db
HEAD = "competency;competency_en;definition;definition_en;level;indicator;indicator_en\n"
PROFILE_HEAD = "profile;profile_en;summary;competency;level;core\n"


def exported(columns, rows) -> str:
    return as_csv(list(columns), rows).decode("utf-8-sig")


@pytest.fixture
def keeper(client, make_user):
    client.force_login(make_user(groups=["HR"], locale="en"))
    return client


def send(client, text: str, **more):
    data = {"file": SimpleUploadedFile("x.csv", text.encode()), **more}
    return client.post(reverse("competencies_import"), data)


def confirm(client, response):
    form = response.context["form"]
    data = {"carried": form.data["carried"], "seen": response.context["outlook"].fingerprint}
    return client.post(reverse("competencies_import"), data, follow=True)


def test_what_goes_out_comes_in_again_without_a_change(library, make_user):
    for columns, rows in ((COMPETENCY_COLUMNS, competency_rows), (PROFILE_COLUMNS, profile_rows)):
        reading = read_library(exported(columns, rows()))
        assert reading.problems == []
        assert len(reading.records) == (2 if columns is COMPETENCY_COLUMNS else 1)
        assert import_library(reading=reading, actor=make_user(groups=["HR"])) == 0


def test_a_new_competency_is_made_and_translated(keeper, library):
    text = HEAD + (
        "Rekenen;Calculating;Je rekent goed.;You calculate well.;basis;optellen.;add.\nRekenen;;;;2;delen.;divide.\n"
    )
    response = send(keeper, text)
    assert [row[1:] for row in response.context["outlook"].tables[0].rows] == [["Rekenen", "Calculating", "is made"]]
    assert not CompetencyPage.objects.filter(title="Rekenen").exists()
    assert "1 page was published." in confirm(keeper, response).content.decode()
    page = CompetencyPage.objects.get(title="Rekenen")
    twin = page.get_translation(Locale.objects.get(language_code="en"))
    assert (page.live, page.summary, page.indicators(Level.INDEPENDENT)) == (True, "Je rekent goed.", ["delen."])
    assert (twin.live, twin.alias_of, twin.title) == (True, None, "Calculating")
    assert twin.indicators(Level.BASIC) == ["add."]
    assert page.basic[0].id == twin.basic[0].id


def test_a_changed_competency_keeps_its_indicators_identity(library, make_user):
    before = library.telling.independent[0].id
    text = HEAD + (
        "Verhalen vertellen;Telling stories;Nieuw.;New.;independent;een verhaal opbouwen.;build a story.\n"
        "verhalen vertellen;;;;3;doorvragen.;ask on.\n"
    )
    assert import_library(reading=read_library(text), actor=make_user(groups=["HR"])) == 1
    page = CompetencyPage.objects.get(pk=library.telling.pk)
    assert (page.summary, page.indicators(Level.BASIC), page.indicators(Level.ADVANCED)) == (
        "Nieuw.",
        [],
        ["doorvragen."],
    )
    assert page.independent[0].id == before
    twin = page.get_translation(Locale.objects.get(language_code="en"))
    assert (twin.title, twin.indicators(Level.ADVANCED)) == ("Telling stories", ["ask on."])
    # The English alone changes.
    assert (
        import_library(reading=read_library(text.replace("ask on.", "keep asking.")), actor=make_user(groups=["HR"]))
        == 1
    )
    twin = page.get_translation(Locale.objects.get(language_code="en"))
    assert twin.indicators(Level.ADVANCED) == ["keep asking."]
    assert CompetencyPage.objects.filter(translation_key=page.translation_key).count() == 2


def test_profiles_come_in_by_the_titles_of_competencies(library, make_user):
    text = PROFILE_HEAD + ("Monteur;Engineer;Nieuw.;verhalen vertellen;basic;nee\nOperator;;;Veilig werken;expert;ja\n")
    reading = read_library(
        text.replace("Nieuw.;", "Nieuw.;", 1)
        .replace("summary;", "summary;summary_en;")
        .replace("Nieuw.;", "Nieuw.;New.;")
        .replace(";;;Veilig", ";;;;Veilig")
    )
    assert reading.problems == []
    assert import_library(reading=reading, actor=make_user(groups=["HR"])) == 2
    profile = CompetencyProfilePage.objects.get(pk=library.profile.pk)
    assert [(row.competency_id, row.level, row.is_core) for row in profile.requirements.all()] == [
        (library.telling.pk, Level.BASIC, False)
    ]
    assert profile.get_translation(Locale.objects.get(language_code="en")).title == "Engineer"
    made = CompetencyProfilePage.objects.get(title="Operator", locale__language_code="nl")
    assert [(row.competency_id, row.level, row.is_core) for row in made.requirements.all()] == [
        (library.safe.pk, Level.EXPERT, True)
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (";;;;1;iets.;", "competency"),
        ("A;;;;5;iets.;", "level"),
        ("A;;;;;iets.;", "level"),
        ("A;;;;1;;", "indicator"),
        ("A;;;;1;=1+1;", "indicator"),
        ("A;;@som;;1;iets.;", "definition"),
        (f"A;;;;1;{'x' * 241};", "indicator"),
        ("B;;;;1;goed.;", "indicator"),
        ("B;;Anders.;;2;iets.;", "definition"),
        ("A;A;;;1;iets.;", "indicator_en"),
        ("A;;;;1;iets.;something.", "definition"),
        ("A;;;;1;iets.;;;;", ""),
    ],
)
def test_a_wrong_row_is_told_and_changes_nothing(keeper, library, row, column):
    text = HEAD + "B;;Zo.;;1;goed.;\n" + row + "\n"
    response = send(keeper, text)
    assert response.status_code == 422
    assert column in [problem.column for problem in response.context["form"].problems]
    assert not CompetencyPage.objects.filter(title__in=["A", "B"]).exists()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("Monteur;;;Bestaat niet;1;ja", "competency"),
        ("Monteur;;;Verhalen vertellen;4;ja", "level"),
        ("Monteur;;;Verhalen vertellen;1;misschien", "core"),
        ("Kok;;;Veilig werken;2;nee", "competency"),
        (";;;Veilig werken;2;nee", "profile"),
        ("Kok;=x;;Verhalen vertellen;1;", "profile_en"),
    ],
)
def test_a_wrong_row_of_a_profile_is_told_and_changes_nothing(keeper, library, row, column):
    response = send(keeper, PROFILE_HEAD + "Kok;;;Veilig werken;1;ja\n" + row + "\n")
    assert response.status_code == 422
    assert column in [problem.column for problem in response.context["form"].problems]
    assert not CompetencyProfilePage.objects.filter(title="Kok").exists()


@pytest.mark.parametrize(
    "text", ["", "a;b\n1;2\n", HEAD, HEAD.replace("level", "indicator"), 'competency;level;indicator\n"a;1']
)
def test_a_file_that_is_no_library_is_refused_in_words(keeper, library, text):
    with pytest.raises(UnreadableFile):
        read_library(text)
    assert send(keeper, text or "x").status_code == 422


def test_what_was_seen_is_what_is_done(keeper, library):
    response = send(keeper, HEAD + "Rekenen;;;;1;optellen.;\n")
    page = CompetencyPage.objects.get(pk=library.safe.pk)
    page.copy(update_attrs={"title": "Rekenen", "slug": "rekenen"})
    again = confirm(keeper, response)
    assert again.context["has_changed"]
    assert CompetencyPage.objects.filter(title="Rekenen", locale__language_code="nl").count() == 1


@pytest.mark.parametrize("role", ["Employees", "Managers"])
def test_who_keeps_no_library_does_not_get_in(client, make_user, library, role):
    client.force_login(make_user(groups=[role]))
    assert client.get(reverse("competencies_import")).status_code in (302, 403)
    assert client.get(reverse("competencies_export", args=["profiles", "csv"])).status_code in (302, 403)


def test_files_can_be_taken_out(keeper, library):
    for kind, word in (("competencies", "een ander aanspreken."), ("profiles", "Monteur")):
        response = keeper.get(reverse("competencies_export", args=[kind, "csv"]))
        assert response.status_code == 200
        assert word in response.content.decode("utf-8-sig")
        assert keeper.get(reverse("competencies_export", args=[kind, "xlsx"])).content.startswith(b"PK")
    assert keeper.get(reverse("competencies_export", args=["people", "csv"])).status_code == 404
