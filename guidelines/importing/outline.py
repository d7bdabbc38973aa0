"""The page tree that a folder becomes: folders and their index files, in the order the authors gave."""

import json
import re
from dataclasses import dataclass, field

import yaml
from django.utils.text import slugify
from django.utils.translation import gettext as _

from .documents import ORDER, title_from_name
from .files import CATEGORY_NAMES, Folder, FolderFile, read_text
from .frontmatter import FrontMatter, split_front_matter
from .report import ImportReport

NUMBER = re.compile(r"\d+")


@dataclass
class Branch:
    """A page to be. ``key`` is the path of its file, or of the folder where that has no index file."""

    key: str
    name: str
    parent: "Branch | None"
    file: FolderFile | None = None
    facts: FrontMatter = field(default_factory=FrontMatter)
    title: str = ""
    position: float | None = None
    children: list["Branch"] = field(default_factory=list)
    slug: str = ""

    @property
    def depth(self) -> int:
        """How many pages of the folder are above it."""
        return 0 if self.parent is None else self.parent.depth + 1

    def __iter__(self):
        """Itself and all below, parents first, in reading order."""
        yield self
        for child in self.children:
            yield from child


def plan_pages(folder: Folder, prefix: str, report: ImportReport) -> Branch:
    """The tree of pages for ``folder``; clashes of addresses are settled and noted."""
    facts = _all_facts(folder)
    root = Branch(key="", name=prefix, parent=None)
    folders: dict[str, Branch] = {"": root}
    loose: list[FolderFile] = []
    for file in folder.texts.values():
        branch = _folder_branch(file.folder, folders)
        if file.is_index and (branch.file is None or _rank(file) < _rank(branch.file)):
            if branch.file is not None:
                loose.append(branch.file)
            branch.file = file
        else:
            loose.append(file)
    for file in sorted(loose, key=lambda f: f.path):
        beside = folders.get(f"{file.folder}/{file.stem}".strip("/"))
        if beside is not None and beside.file is None and beside.parent is not None:
            # leave.md beside leave/ introduces the folder.
            beside.file = file
        else:
            parent = folders[file.folder]
            parent.children.append(Branch(key=file.path, name=file.stem, parent=parent, file=file))
    for path, branch in folders.items():
        branch.key = branch.file.path if branch.file else path
        _category(folder, path, branch, report)
    for branch in root:
        if branch.file:
            branch.facts = facts[branch.file.path]
            branch.position = branch.facts.position if branch.position is None else branch.position
    _settle(root, report)
    return root


def _all_facts(folder: Folder) -> dict[str, FrontMatter]:
    # Read quietly: what is wrong in a file is noted when the file itself is converted.
    quiet = ImportReport()
    facts = {}
    for path, file in folder.texts.items():
        text = read_text(file, quiet)
        facts[path] = split_front_matter(text, path, quiet)[0] if text is not None else FrontMatter()
    return facts


def _folder_branch(path: str, folders: dict[str, Branch]) -> Branch:
    if path not in folders:
        above, _slash, name = path.rpartition("/")
        parent = _folder_branch(above, folders)
        folders[path] = Branch(key=path, name=name, parent=parent)
        parent.children.append(folders[path])
    return folders[path]


def _rank(file: FolderFile) -> int:
    return ("index", "_index", "readme").index(file.stem.lower())


def _category(folder: Folder, path: str, branch: Branch, report: ImportReport) -> None:
    """Docusaurus keeps a folder's label and place in a file of its own."""
    for name in CATEGORY_NAMES:
        file = folder.others.get(f"{path}/{name}".strip("/"))
        if file is None:
            continue
        try:
            data = json.loads(file.data) if name.endswith("json") else yaml.safe_load(file.data)
            if not isinstance(data, dict):
                raise ValueError(type(data).__name__)
        except (ValueError, yaml.YAMLError, OSError, RecursionError) as error:
            report.add(file.path, 0, _("can't be read (%(reason)s)") % {"reason": str(error)[:120]})
            return
        branch.title = str(data.get("label") or "")[:255]
        position = data.get("position")
        branch.position = float(position) if isinstance(position, int | float) else None
        return


def _settle(branch: Branch, report: ImportReport) -> None:
    """Order the children and give each an address of its own."""
    branch.children.sort(key=_order)
    taken: dict[str, str] = {}
    for child in branch.children:
        wanted = slugify(child.facts.slug, allow_unicode=True) or slugify(ORDER.sub("", child.name), allow_unicode=True)
        wanted = wanted[:200] or slugify(child.name, allow_unicode=True)[:200] or "pagina"
        slug, number = wanted, 1
        while slug in taken:
            number += 1
            slug = f"{wanted}-{number}"
        if slug != wanted:
            report.add(
                child.key,
                0,
                _("same address as %(other)s, so its address ends in %(slug)s")
                % {"other": taken[wanted], "slug": slug},
            )
        taken[slug] = child.key
        child.slug = slug
        _settle(child, report)


def _order(branch: Branch) -> tuple:
    """By given place, then by name with numbers in their own order."""
    parts = NUMBER.split(branch.name.lower())
    numbers = [int(number) for number in NUMBER.findall(branch.name)[:8] if len(number) < 15]
    leading = bool(NUMBER.match(branch.name))
    natural = [(word, number) for word, number in zip(parts, [*numbers, -1], strict=False)]
    return (branch.position is None, branch.position or 0, not leading, natural, branch.name)


def title_of(branch: Branch) -> str:
    """A title for a page without a text of its own."""
    return branch.title or title_from_name(branch.name)
