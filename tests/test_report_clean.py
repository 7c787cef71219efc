import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment.errors import RunError
from segment.report import clean
from toys import displayed, sentinel


@pytest.mark.parametrize(
    ("outside", "kept"),
    [
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ("<p onclick='alert(1)'>a</p>", "<p>a</p>"),
        ("<style>#x td {color: red}</style><p>a</p>", "<p>a</p>"),
        ("<a href='javascript:alert(1)'>a</a>", "<a>a</a>"),
        ("<a href='https://example.org'>a</a>", "<a>a</a>"),
        ("<a href='//example.org'>a</a>", "<a>a</a>"),
        ("<a href='/etc/passwd'>a</a>", "<a>a</a>"),
        ("<a href='data:text/html,x'>a</a>", "<a>a</a>"),
        ("<a href='#top'>a</a>", '<a href="#top">a</a>'),
        ("<a href='t.csv' download>a</a>", '<a href="t.csv" download="">a</a>'),
        ("<img src='https://example.org/a.png' alt='a'>", '<img alt="a">'),
        ("<img src='data:image/png,A' alt='a'>", '<img src="data:image/png,A" alt="a">'),
        ("<img src='data:text/html,x' alt='a'>", '<img alt="a">'),
        ("<meta http-equiv='refresh' content='0'>a", "a"),
        ("<iframe src='x'></iframe><form><input></form>a", "a"),
        ("<b style='position:fixed;color:red'>a</b>", '<b style="color:red">a</b>'),
        ("</div></main></body><p>a", "<p>a</p>"),
        ("<b>a", "<b>a</b>"),
        ("<button onclick='x' type='submit' popovertarget='passport-t-0'>a</button>",
         '<button popovertarget="passport-t-0" type="button">a</button>'),
        ("<button popovertarget='main'>a</button>", '<button type="button">a</button>'),
        ("<button popovertarget='passport-1' popovertargetaction='hide'>a</button>",
         '<button popovertarget="passport-1" popovertargetaction="hide" type="button">a</button>'),
        ("<button popovertargetaction='toggle' formaction='x'>a</button>",
         '<button type="button">a</button>'),
        ("<div popover='auto' id='passport-1'>a</div>",
         '<div popover="auto" id="passport-1">a</div>'),
        ("<div popover='manual'>a</div><p popover='auto'>b</p>", "<div>a</div><p>b</p>"),
    ],
)  # fmt: skip
def test_only_what_is_allowed_stays(outside, kept):
    assert clean.html(outside, "en") == kept


def test_an_output_can_give_the_page_neither_title_nor_section():
    outside = "<h1>a</h1><h2>b</h2><h3>c</h3>"

    assert clean.output(outside, "en") == "ab<h3>c</h3>"
    assert clean.html(outside, "en") == outside


def test_a_line_in_a_tile_stays_drawn():
    path = '<path d="M0 5L10 0" stroke="red"></path>'
    line = f'<svg viewBox="0 0 10 5" role="img" aria-label="rises">{path}</svg>'

    assert clean.html(line, "en") == line


def test_a_table_scrolls_by_itself_and_says_what_it_is():
    titled = '<table><tr><td class="gt_heading gt_title">Whom &amp; when</td></tr></table>'

    assert clean.html(titled, "en").startswith(
        '<div class="wide" role="group" tabindex="0" aria-label="Whom &amp; when"><table>'
    )
    assert 'aria-label="表格"' in clean.html(
        "<table><tbody><tr><td>1</td></tr></tbody></table>", "zh"
    )


def test_a_picture_without_a_description_says_so():
    assert clean.html("<img src='data:image/png,A'>", "en") == (
        '<img src="data:image/png,A" alt="A picture without a description">'
    )
    assert clean.html("<img src='data:image/png,A' alt=''>", "en").count("alt=") == 1


def test_a_cell_of_more_than_forty_letters_gets_room():
    def cell(text):
        return clean.html(f'<table><tr><td id="a" class="gt_left">{text}</td></tr></table>', "en")

    assert 'class="gt_left"' in cell("x" * 40)
    assert 'class="long gt_left"' in cell("x" * 41)
    assert 'class="gt_left"' in cell(
        "沉默客户请致电询问原因"
    )  # eleven after the first would be long
    assert 'class="long gt_left"' in cell("沉默客户请致电询问原因吧")


def test_the_title_of_a_table_is_escaped_once():
    titled = '<table><tr><td class="gt_title">"&lt;b&gt;"</td></tr></table>'

    assert 'aria-label="&quot;&lt;b&gt;&quot;"' in clean.html(titled, "en")


@settings(deadline=None)
@given(st.text(alphabet="<>/\"'= abdivscripttablestyleonclick&;#!-", max_size=80))
def test_whatever_comes_nothing_stays_open_and_no_script_comes(outside):
    kept = clean.html(outside, "en")

    assert "<script" not in kept
    assert clean.html(f"<div>{kept}</div>", "en") == f"<div>{kept}</div>" or "table" in kept


def test_a_figure_is_a_picture_in_the_page_with_its_title_and_alt_text():
    said = {"image/svg+xml": {"alt": 'Sales "rise"', "title": "Sales <rise>"}}
    figure = clean.picture(displayed(said, image_svg__xml="<svg/>"), "n")

    coded = base64.b64encode(b"<svg/>").decode()
    assert f'<img src="data:image/svg+xml;base64,{coded}" alt="Sales &quot;rise&quot;">' in figure
    assert "<figcaption>Sales &lt;rise&gt;</figcaption>" in figure


def test_a_figure_without_a_title_has_no_caption():
    figure = clean.picture(displayed({"image/png": {"alt": "a"}}, image_png="AA=="), "n")

    assert "figcaption" not in figure
    assert 'src="data:image/png;base64,AA=="' in figure


@pytest.mark.parametrize("alt", [{}, {"alt": ""}, {"alt": "  "}])
def test_a_figure_without_alt_text_stops_the_run(alt):
    with pytest.raises(RunError, match="A figure of 2-x has no alt text"):
        clean.picture(displayed({"image/svg+xml": alt}, image_svg__xml="<svg/>"), "2-x")


@pytest.mark.parametrize(
    ("output", "is_shown"),
    [
        (displayed(text_plain="a"), True),
        ({"output_type": "stream", "name": "stdout", "text": "a"}, True),
        ({"output_type": "stream", "name": "stderr", "text": "a"}, False),
        ({"output_type": "error", "ename": "E", "evalue": "", "traceback": []}, False),
        (displayed(application_javascript="alert(1)", text_plain="<Javascript>"), False),
        (sentinel(), False),
    ],
)
def test_warnings_scripts_and_the_sentinel_are_not_shown(output, is_shown):
    assert clean.is_shown(output) is is_shown


def test_code_keeps_the_marks_that_have_a_colour_and_no_others():
    marked = (
        '<div class="highlight"><pre><span></span><span class="kn">from</span>'
        '<span class="w"> </span><span class="nn">a</span> '
        '<span class="c1"># &lt;b&gt;</span></pre></div>'
    )

    assert clean.code(marked) == (
        '<div class="highlight"><pre><span class="kn">from</span> a '
        '<span class="c1"># &lt;b&gt;</span></pre></div>'
    )
