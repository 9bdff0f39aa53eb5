"""The recipe of docs/embedding.md in a real Hugo: what its two blocks make is the search box, and no text."""

import re
import subprocess
from pathlib import Path

import pytest
from running import ROOT

pytestmark = pytest.mark.hugo


def test_shortcode_of_the_documentation_is_the_search_box(hugo: str, tmp_path: Path) -> None:
    document = (ROOT / "docs" / "embedding.md").read_text(encoding="utf-8")
    section = document.split("## Hugo\n", 1)[1].split("\n## ", 1)[0]
    [(file, used)] = re.findall(r"As `(.+?)`, used by `(.+?)` in a page", section)
    [shortcode] = re.findall(r"```html\n(.*?)```", section, re.DOTALL)
    for name, text in {
        "config.toml": 'baseURL = "https://blog.example/"\ndisableKinds = ["taxonomy", "term"]\n',
        "content/search.md": f"---\ntitle: 搜索\n---\n\n往期：\n\n{used}\n",
        "layouts/_default/single.html": "<main>{{ .Content }}</main>",
        file: shortcode,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run([hugo, "--quiet"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "public/search/index.html").read_text(encoding="utf-8")
    assert "<wangqi-search></wangqi-search>" in page
    assert "{{" not in page
    assert "&lt;" not in page
