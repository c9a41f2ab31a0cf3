"""The pages in docs keep their word: commands run on the samples and print what is shown, links lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.readme_sessions import ROOT, as_shown, read_sessions, run_sessions

PAGES = sorted(ROOT.glob("docs/*.md"))
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@each_page
def test_the_commands_of_a_page_print_what_it_shows(page: Path, tmp_path: Path) -> None:
    sessions = read_sessions(page.read_text(encoding="utf-8"))
    results = run_sessions([command for command, _ in sessions], tmp_path)
    for command, shown in sessions:
        status, output = results[command]
        assert status == 0, output
        assert as_shown(output, shown) == shown


@each_page
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
