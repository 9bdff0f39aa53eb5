"""Settings: the file, over it the variables, over them the options."""

import os
from pathlib import Path

import pytest

from wangqi.indexer.config import Config, archive_name, dictionary_words, load_config
from wangqi.search.errors import ConfigError

SETTINGS = """
title = "青铜周刊"
base_url = "https://example.org/weekly/"
index = "data/index"
words = ["向量数据库"]
images = false

[archives]
qingtong = "docs"

[links]
qingtong = "https://blog.example.org/{stem}.html"

[sections]
"本周好物" = "tool"

[aliases]
k8s = ["kubernetes", "容器编排"]
vue3 = "vue 3"

[synonyms]
"露营" = ["野营", "帐篷"]
"""


def write_settings(folder: Path, text: str) -> None:
    (folder / "wangqi.toml").write_text(text, encoding="utf-8")


def test_without_any_setting_the_index_is_in_the_working_directory(tmp_path: Path) -> None:
    assert load_config(folder=tmp_path, environment={}) == Config(index_dir=tmp_path / ".wangqi")


def test_file_is_read_with_paths_below_its_folder(tmp_path: Path) -> None:
    write_settings(tmp_path, SETTINGS)
    assert load_config(folder=tmp_path, environment={}) == Config(
        archives={"qingtong": tmp_path / "docs"},
        archives_are_all=True,
        index_dir=tmp_path / "data/index",
        title="青铜周刊",
        base_url="https://example.org/weekly",
        images=False,
        links={"qingtong": "https://blog.example.org/{stem}.html"},
        sections={"本周好物": "tool"},
        words=("向量数据库",),
        aliases={"k8s": ("kubernetes", "容器编排"), "vue3": ("vue 3",)},
        synonyms={"露营": ("野营", "帐篷")},
    )


def test_variables_override_the_file_and_options_override_variables(tmp_path: Path) -> None:
    write_settings(tmp_path, SETTINGS)
    environment = {"WANGQI_INDEX": "b", "WANGQI_TITLE": "变量", "WANGQI_ARCHIVES": "x=d1:y=d2", "WANGQI_OTHER": "1"}
    by_variable = load_config(folder=tmp_path, environment=environment)
    assert (by_variable.index_dir, by_variable.title) == (tmp_path / "b", "变量")
    assert load_config(folder=tmp_path, environment={"WANGQI_IMAGES": "true"}).images
    assert by_variable.archives == {"x": tmp_path / "d1", "y": tmp_path / "d2"}
    assert by_variable.archives_are_all
    by_option = load_config(["z=d3"], options={"index": "c"}, folder=tmp_path, environment=environment)
    assert (by_option.index_dir, by_option.archives) == (tmp_path / "c", {"z": tmp_path / "d3"})
    assert not by_option.archives_are_all  # named on the command line: the others stay in the index
    assert load_config(folder=tmp_path, environment={"WANGQI_TITLE": ""}).title == "青铜周刊"  # empty is not set


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/home/a/weekly", "weekly"),
        ("/home/a/weekly/docs", "weekly"),
        ("/home/a/blog/source/_posts", "blog"),
        ("/home/a/我的 周刊", "我的-周刊"),
        ("/docs", "docs"),  # nothing further up says more
        ("/", "archive"),
        ("/home/a/weekly/issue-7.md", "issue-7"),
    ],
)
def test_unnamed_archive_takes_the_name_that_says_something(path: str, name: str) -> None:
    assert archive_name(Path(path)) == name


def test_path_with_an_equals_sign_that_exists_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "a=b").mkdir()
    assert load_config(["a=b"], folder=tmp_path, environment={}).archives == {"a-b": tmp_path / "a=b"}


@pytest.mark.parametrize(
    ("archives", "said"),
    [
        (["a/weekly", "b/weekly"], "two archives named weekly"),
        (["x=a", "x=b"], "name one of them: NAME=PATH"),
        ([""], "an archive without a name or a path"),  # would be the working directory
        ([" "], "an archive without a name or a path"),
        (["x= "], "no path after the ="),
        (["x="], "no path after the ="),
        (["=a"], "cannot name an archive"),
        (["a,b=c"], "cannot name an archive"),  # a comma separates names in an address
        (["x=a", "y=a/."], "archives x and y are the same folder"),  # every entry would be there twice
        (["x=a", "y=link"], "archives x and y are the same folder"),
    ],
)
def test_archive_that_cannot_be_named_is_refused(archives: list[str], said: str, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with pytest.raises(ConfigError, match=said):
        load_config(archives, folder=tmp_path, environment={})


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('titel = "周刊"', r"wangqi.toml: unknown key titel; is title meant\?$"),
        ('subject = "周刊"', "unknown key subject; allowed: title, description"),
        ("title = 7", "title: must be a text"),
        ('title = " "', "title: must be a text that is not empty"),
        ('base_url = "example.org"', "base_url: must be an address"),
        ('base_url = "https://example.org/?a=1"', "base_url: must be an address"),
        ("images = 1", "images: must be true or false"),
        ('images = "no"', "images: must be true or false"),
        ('words = "向量"', "words: must be a list"),
        ("words = [1]", "words: must be a text"),
        ('archives = ["docs"]', "archives: must be a table"),
        ('[archives]\n"a b" = "docs"', '"a b" cannot name an archive'),
        ("[archives]\na = 1", "archives.a: must be a text"),
        ('[sections]\n"好物" = "toy"', "sections.好物: toy is no kind; allowed: resource, tool"),
        ('[links]\na = "https://example.org/{a.b}"', r"must be an address, with names such as \{path\}, \{stem\}"),
        ('[links]\na = "https://example.org/{stem"', "links.a: "),
        ('[links]\na = "https://example.org/{stem:03d}"', "links.a: "),  # digits of what is no number
        ('[links]\na = "https://example.org/{number:{width}}"', "links.a: "),
        ('[links]\na = "{path}"', "links.a: must be an address"),
        ("[names]\nqingtong = 1", "names.qingtong: must be a text"),
        ('accent = "red"', "accent: must be a colour such as #1d4f8c"),
        ('accent = "#1d4f8"', "accent: must be a colour"),
        ('logo = "logo.svg"', "logo: must be an address"),
        ('logo = "https://a.example/l.png;script-src *"', "logo: must be an address"),
        ('logo = "https://a.example/my logo.png"', "logo: must be an address"),
        ('canonical = "blog"', "canonical: must be one of self, source"),
        ("serve = 1", "serve: must be a table"),
        ("[serve]\nport = 0", "serve.port: must be a whole number from 1 to 65535"),
        ("[serve]\nproxies = true", "serve.proxies: must be a whole number from 0 to 9"),  # not one proxy
        ("[serve]\ntitle = 'x'", "serve: unknown key title; allowed: host, port"),
        ("[serve]\nwokers = 2", r"serve: unknown key wokers; is workers meant\?"),
        ("[aliases]\nk8s = 1", "aliases.k8s: must be a list"),
        ('home = "weekly.example"', "home: must be an address such as https://example.org/"),
        ('home = "javascript:alert(1)"', "home: must be an address"),
        ("exclude = 1", "exclude: must be a list of patterns"),
        ('exclude = ["/"]', "exclude: must be a list of patterns"),
        ('include = ["!en/"]', "include: !en/ begins with !"),
        ('[synonyms]\n"露营" = 1', "synonyms.露营: must be a list"),
        ("aliases = []", "aliases: must be a table"),
        ("title =", "cannot be read"),  # no TOML
    ],
)
def test_setting_that_cannot_be_used_is_named_with_what_is_allowed(settings: str, said: str, tmp_path: Path) -> None:
    write_settings(tmp_path, settings)
    with pytest.raises(ConfigError, match=said) as caught:
        load_config(folder=tmp_path, environment={})
    assert str(tmp_path / "wangqi.toml") in str(caught.value)


def test_server_has_a_table_of_its_own_below_its_variables_and_options(tmp_path: Path) -> None:
    write_settings(tmp_path, "[serve]\nport = 8001\nworkers = 2\nforwarded_host = true\ncpu = 1\nhost = '0.0.0.0'\n")
    variables = {"WANGQI_WORKERS": "3"}
    config = load_config(folder=tmp_path, environment=variables, options={"host": "::1"}, for_server=True)
    assert (config.port, config.workers, config.forwarded_host, config.cpu, config.host) == (8001, 3, True, 1, "::1")
    assert load_config(folder=tmp_path, environment=variables) == Config(index_dir=tmp_path / ".wangqi")


def test_what_may_have_come_with_a_push_does_not_set_the_server(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "issues").mkdir()
    write_settings(tmp_path / "issues", "[serve]\nhost = '0.0.0.0'\n")
    for for_server in (True, False):
        with pytest.raises(ConfigError, match="serve: is not read from a git checkout"):
            load_config(folder=tmp_path / "issues", environment={}, for_server=for_server)


def test_kinds_of_sections_have_their_chinese_names_too(tmp_path: Path) -> None:
    write_settings(tmp_path, '[sections]\n"捡到宝" = "工具"\n"*书架*" = "图书"\n')
    assert load_config(folder=tmp_path, environment={}).sections == {"捡到宝": "tool", "*书架*": "book"}


def test_variable_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="WANGQI_BASE_URL: must be an address"):
        load_config(folder=tmp_path, environment={"WANGQI_BASE_URL": "weekly"})


def test_empty_parts_of_a_list_of_archives_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "k").mkdir()
    assert load_config(folder=tmp_path, environment={"WANGQI_ARCHIVES": "k:: "}).archives == {"k": tmp_path / "k"}
    assert load_config(folder=tmp_path, environment={"WANGQI_ARCHIVES": ":"}) == Config(index_dir=tmp_path / ".wangqi")


def test_dictionary_file_is_words_of_jieba_lines_and_of_the_list(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("# 词\n云原生 5 n\n\n大模型\n", encoding="utf-8")
    write_settings(tmp_path, 'dictionary = "words.txt"\nwords = ["向量数据库"]')
    assert dictionary_words(load_config(folder=tmp_path, environment={})) == ("向量数据库", "云原生", "大模型")


def test_dictionary_file_that_is_not_there_is_named_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        dictionary_words(load_config(folder=tmp_path, environment={"WANGQI_DICTIONARY": "words.txt"}))
    assert str(caught.value) == f"dictionary {tmp_path / 'words.txt'}: cannot be read: No such file or directory"


def test_settings_saved_by_notepad_are_read(tmp_path: Path) -> None:
    (tmp_path / "wangqi.toml").write_bytes(b'\xef\xbb\xbf[archives]\r\nqingtong = "docs"\r\n')
    assert load_config(folder=tmp_path, environment={}).archives == {"qingtong": tmp_path / "docs"}


def test_a_dictionary_is_a_regular_file_and_no_link_out_of_a_checkout(tmp_path: Path) -> None:
    (tmp_path / "checkout/.git").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("口令\n", encoding="utf-8")
    (tmp_path / "checkout/words.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "words.txt").symlink_to("secret.txt")
    os.mkfifo(tmp_path / "pipe")
    assert dictionary_words(Config(dictionary=tmp_path / "words.txt")) == ("口令",)
    with pytest.raises(ConfigError, match="leads out of it"):
        dictionary_words(Config(dictionary=tmp_path / "checkout/words.txt"))
    with pytest.raises(ConfigError, match="no regular file"):
        dictionary_words(Config(dictionary=tmp_path / "pipe"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[sections]\n工具 = "tool"', r'line 2.*a key in Chinese is written in quotes: "工具" = '),
        ('[sections]\r\n精彩 文章 = "article"', r'line 2.*quotes: "精彩 文章" = '),
        ("[archives]\n周刊 = './issues'", 'line 2.*quotes: "周刊" = '),
        ('[别名]\na = ["b"]', r'line 1.*quotes: \["别名"\]'),
        ("title = “周刊”", r"line 1.*straight quotes"),
        ("title = 周刊", r'line 1.*a text is written in quotes: title = "周刊"'),
        ('title = "周刊', "cannot be read: Unterminated"),  # tomllib names no line
        ('title： "周刊"', r"line 1.*: title = "),
    ],
)
def test_what_is_no_toml_is_told_with_its_line_and_what_to_write(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "wangqi.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_config(folder=tmp_path, environment={})


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("WANGQI_TITEL", "WANGQI_TITLE"),
        ("WANGQI_ARCHIVE", "WANGQI_ARCHIVES"),
        ("WANGQI_HOSTNAMES", "WANGQI_HOST_NAMES"),
        ("WANGQI_BASEURL", "WANGQI_BASE_URL"),
    ],
)
def test_variable_that_is_nearly_a_setting_is_refused(variable: str, meant: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"{variable} is no setting; {meant}"):
        load_config(folder=tmp_path, environment={variable: "x"})


@pytest.mark.parametrize("variable", ["WANGQI_SHARED", "WANGQI_HOOK_SECRET", "WANGQI", "WANGQIX_TITEL", "WANGQI_TITLE"])
def test_other_variables_are_no_concern_of_ours(variable: str, tmp_path: Path) -> None:
    load_config(folder=tmp_path, environment={variable: "x"})
