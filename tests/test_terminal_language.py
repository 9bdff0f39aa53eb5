"""The command line in Chinese: who gets it, that no message lacks its Chinese, and that programs see no difference.

pytest tests/test_terminal_language.py --update-golden    compiles the catalogue after a change
"""

import ast
import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Formatter

import polib
import pytest
from click.testing import CliRunner, Result
from running import ROOT
from terminal_messages import ERRORS, all_messages, modules

from wangqi.search import errors
from wangqi.search.errors.message import Message, packed, plural, unpacked
from wangqi.web.cli.program import MODULES, main
from wangqi.web.words.terminal import CATALOGUE, choose_language, is_chinese

OURS, CLICKS = [
    [entry for entry in polib.pofile(str(CATALOGUE)) if (entry.comment == "click") is of_click]
    for of_click in (False, True)
]
CHINESE = {"LC_ALL": "zh_CN.UTF-8"}
HAN = re.compile("[\u4e00-\u9fff]")

Run = Callable[..., Result]


@pytest.fixture
def wangqi(tmp_path: Path) -> Iterator[Run]:
    """Runs a command over an index of its own, in Chinese unless another environment is given."""

    def run(*arguments: str, code: int = 0, env: dict[str, str] | None = None) -> Result:
        done = CliRunner().invoke(
            main, [*arguments, "--index", str(tmp_path / "index")], prog_name="wangqi", env=env or CHINESE
        )
        assert done.exit_code == code, done.output
        return done

    yield run
    choose_language({})


class TestCatalogue:
    def test_every_message_has_its_chinese_and_no_other_is_kept(self) -> None:
        assert {entry.msgid for entry in OURS} == all_messages()
        assert [entry.msgid for entry in (*OURS, *CLICKS) if not entry.translated()] == []

    def test_a_translation_has_the_values_of_its_message(self) -> None:
        """With the same form of numbers."""
        assert [entry.msgid for entry in OURS if fields(entry.msgstr) != fields(entry.msgid)] == []

    def test_so_has_what_click_says(self) -> None:
        for entry in CLICKS:
            forms = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
            known = fields(entry.msgid) | fields(entry.msgid_plural)
            assert [form for form in forms if not fields(form) <= known] == []

    def test_the_compiled_catalogue_is_that_of_its_source(self, request: pytest.FixtureRequest) -> None:
        compiled, source = CATALOGUE.with_suffix(".mo"), polib.pofile(str(CATALOGUE))
        if request.config.getoption("--update-golden"):
            compiled.write_bytes(source.to_binary())
        assert compiled.read_bytes() == source.to_binary(), "pytest tests/test_terminal_language.py --update-golden"

    def test_nothing_that_a_person_is_told_is_made_of_anything_but_messages(self) -> None:
        assert [place for name, tree in modules() for place in untranslatable(name, tree)] == []


def fields(template: str) -> set[tuple[str, str]]:
    """Names and forms of the values in a template, `%(name)s` of click's among them."""
    if "%(" in template:
        return {(name, "s") for name in re.findall(r"%\((\w+)\)s", template)}
    return {(name, spec or "") for _, name, spec, _ in Formatter().parse(template) if name}


TOLD = {"echo": 0, "say": 0, "wrong_usage": 0, "Mistake": 2, "Problem": None, "Oddity": 2, "Reason": 1}
"""Functions and classes → which argument is shown to a person; of `Problem` the one named `message`."""

TO_PROGRAMS = ("api/lookup.py", "cli/json_rpc.py", "cli/mcp.py")
"""Modules whose errors are answers to programs."""


def untranslatable(module: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
                at = TOLD.get(name, -1) if name in TOLD else _of_error(name, module)
                shown = [word.value for word in keywords if word.arg == "message"]
                if at is not None and 0 <= at < len(arguments):
                    shown.append(arguments[at])
                if name in ERRORS or (name == "echo" and keywords):  # what it is given is a template
                    shown = [each for each in shown if not isinstance(each, ast.Constant)]
                yield from (f"{module}:{each.lineno}" for each in shown if has_words(each))
            case ast.Call(func=ast.Attribute(attr="add"), args=[_, _, message]) if has_words(message):
                yield f"{module}:{message.lineno}"


def _of_error(name: str, module: str) -> int:
    found = getattr(errors, name, None)
    is_ours = isinstance(found, type) and issubclass(found, errors.SearchError) and module not in TO_PROGRAMS
    return (1 if name == "RequestError" else 0) if is_ours else -1


def has_words(node: ast.expr) -> bool:
    """Whether a literal, or the literal parts of an f-string, hold a word."""
    pieces = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts = (piece.value for piece in pieces if isinstance(piece, ast.Constant) and isinstance(piece.value, str))
    return any(re.search("[A-Za-z]{2}", text.replace("wangqi: ", "")) for text in texts)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "zh_TW"}, True),
        ({"LANG": "en_GB.UTF-8"}, False),
        ({"LANG": "de_DE.UTF-8"}, False),  # there are two languages, and English is that of programs
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, True),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, False),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}, True),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en:zh_CN"}, False),
        ({"LC_ALL": "C", "LANGUAGE": "zh_CN"}, False),  # as with gettext: who asks for C means it
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, True),
    ],
)
def test_the_environment_decides_on_the_language(environment: dict[str, str], expected: bool) -> None:
    assert is_chinese(environment) is expected


DRAFT = "# 周报：第 13 期\n\n## 工俱\n\n1、[甲](htps://a.example)\n说明\n\n3、[乙](https://b.example/c d)\n"


class TestChinese:
    def test_a_reindex_and_what_it_found(self, wangqi: Run, tmp_path: Path) -> None:
        (tmp_path / "weekly").mkdir()
        (tmp_path / "weekly" / "13.md").write_text(DRAFT, encoding="utf-8")
        done = wangqi("reindex", str(tmp_path / "weekly"))
        assert re.match(
            r"索引 000001：共 2 条；此前没有索引\n各期：新增 1，改动 0，删除 0，未变 0，失败 0（.* 秒）\n", done.stdout
        )
        assert "13.md:8: 编号是 3，应为 2" in done.stderr
        assert "上次运行" in (status := wangqi("status", "--problems").stdout)  # what was noted is said anew
        assert "此前没有索引" in status
        assert "编号是 3，应为 2" in status
        assert wangqi("search", "甲").stdout.startswith("共 1 条\n")
        again = wangqi("reindex").stdout
        assert again.startswith("索引 000001：共 2 条；没有变化\n")

    def test_a_draft_is_checked(self, wangqi: Run, tmp_path: Path) -> None:
        (tmp_path / "13.md").write_text(DRAFT, encoding="utf-8")
        done = wangqi("check", str(tmp_path / "13.md"))
        assert [line.partition("13.md")[2] for line in done.stdout.splitlines()] == [
            ":3: 栏目“工俱”是新的；是不是“工具”？",
            ":5: 甲：htps://a.example 不是以 https:// 或 http:// 开头",
            ":8: 乙：网址里有空格，会在空格处断开：https://b.example/c d；请写成 %20，或去掉空格",
            ":8: 编号是 3，应为 2",
        ]

    def test_errors_have_their_exit_codes(self, wangqi: Run) -> None:
        assert wangqi("status", code=1).stderr.endswith("里没有索引；请先运行 `wangqi reindex`\n")
        assert wangqi("search", "x", "--sort", "best", code=2).stderr == (
            "wangqi: --sort：须是 relevance、newest、oldest 之一（见 `wangqi search --help`）\n"
        )
        assert wangqi("serve", "--port", "x", code=2).stderr.startswith(
            "wangqi: --port：须是整数（1 到 65535），不能是 x"
        )

    @pytest.mark.parametrize("command", MODULES)
    def test_help_is_chinese(self, command: str, wangqi: Run) -> None:
        text = CliRunner().invoke(main, [command, "--help"], prog_name="wangqi", env=CHINESE).stdout
        usage, _, rest = text.partition("\n")
        assert usage.startswith(f"用法： wangqi {command}")
        options = re.split(r"\n  (?=-)", rest.partition("选项:")[2])[1:]
        ours = [option for option in options if not option.startswith("-h")]  # that is click's, made once in a process
        assert [option for option in ours if not HAN.search(option)] == []

    def test_the_list_of_commands_says_what_each_is_for(self, wangqi: Run) -> None:
        text = CliRunner().invoke(main, ["--help"], env=CHINESE).stdout
        commands = dict(re.findall(r"^  (\w+) +(\S.*)$", text.partition("命令:")[2], re.MULTILINE))
        assert commands["search"] == "搜索条目"
        assert [name for name in MODULES if not HAN.search(commands.get(name, ""))] == []

    def test_programs_see_no_difference(self, wangqi: Run, tmp_path: Path) -> None:
        (tmp_path / "13.md").write_text(DRAFT, encoding="utf-8")
        answers = [
            wangqi("check", str(tmp_path / "13.md"), "--json", env=env).stdout for env in (CHINESE, {"LC_ALL": "C"})
        ]
        assert answers[0] == answers[1]
        assert json.loads(answers[0])["problems"][0]["message"] == "section '工俱' is new; is '工具' meant?"


@pytest.mark.parametrize(("locale", "reads"), [("C", False), ("zh_CN.UTF-8", True)])
def test_the_catalogue_is_read_where_its_language_is_asked_for(locale: str, reads: bool, tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from wangqi.web.cli.start import wangqi\n"
        "sys.argv = ['wangqi', 'status', '--index', 'none']\n"
        "sys.addaudithook(lambda event, what: event == 'open' and str(what[0]).endswith('.mo') and print('read'))\n"
        "wangqi()"
    )
    environment = os.environ | {"LC_ALL": locale, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert ("read" in done.stdout) is reads


class TestMessage:
    MESSAGE = Message("{path}: {why}", path=Path("a.md"), why=Message("number {number}", number=7))

    def test_it_is_its_english_text(self) -> None:
        assert self.MESSAGE == "a.md: number 7"
        assert json.dumps([self.MESSAGE]) == '["a.md: number 7"]'

    @pytest.mark.parametrize("copied", [lambda it: pickle.loads(pickle.dumps(it)), lambda it: unpacked(packed(it))])
    def test_a_copy_can_be_said_in_another_language(self, copied: Callable[[str], str]) -> None:
        chinese = {"{path}: {why}": "{path}：{why}", "number {number}": "编号 {number}"}
        copy = copied(self.MESSAGE)
        assert isinstance(copy, Message)
        assert copy.said(lambda text: chinese.get(text, text)) == "a.md：编号 7"

    def test_a_list_has_the_commas_of_its_language(self) -> None:
        message = Message("one of {names}", names=["甲", "乙"])
        assert message == "one of 甲, 乙"
        assert message.said(lambda text: "、" if text == ", " else text) == "one of 甲、乙"

    def test_braces_in_values_are_text(self) -> None:
        assert Message("{name} is none", name="{number}") == "{number} is none"

    def test_what_is_kept_without_a_template_is_text(self) -> None:
        assert unpacked("there was no index") == "there was no index"  # of an index of before

    def test_one_and_many(self) -> None:
        assert [plural(num, "{num} entry", "{num} entries") for num in (1, 2)] == ["1 entry", "2 entries"]
