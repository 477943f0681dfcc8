"""The page in a real browser: it is whole, silent on the console, asks the network for nothing, and obeys the keys."""

import gzip
import re
import time
from pathlib import Path

import pytest

from aegan.figures.registry import FIGURES

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def written(html, folder):
    page = folder / "index.html"
    page.write_text(html, encoding="utf-8")
    return page


@pytest.fixture
def page(browser, html, tmp_path):
    """The report, freshly opened in a window of a laptop's size; nothing that a test does may be complained about."""
    browser.look(1400)
    yield browser.open(written(html, tmp_path))
    assert browser.said == []
    assert browser.requests == []


def test_the_report_is_whole_silent_and_offline(page):
    assert page.ask("[...document.images].filter((image) => image.complete && image.naturalWidth).length") == len(
        FIGURES
    )
    assert page.ask("!!document.querySelector('#reproduce pre').textContent")


def test_a_page_that_loads_and_fails_is_noticed(browser, tmp_path):
    html = '<img src="https://example.org/a.png"><script>console.error("broken"); nowhere()</script>'
    browser.open(written(html, tmp_path))
    assert "broken" in str(browser.said)
    assert "nowhere is not defined" in str(browser.said)
    assert browser.requests == ["https://example.org/a.png"]


def test_no_script_but_the_pages_own_may_run(browser, html, tmp_path):
    evil = "<script>document.title = 'taken over'</script></body>"
    browser.open(written(html.replace("</body>", evil), tmp_path))
    assert browser.ask("document.title") != "taken over"
    assert "Content Security Policy" in str(browser.said)
    assert browser.ask("!!document.querySelector('.filter')")


#: width of an A4 page between its margins, in CSS pixels
PRINTED = 703
#: the tables in sight that do not fit their box or the page
OVERFLOWING = """[...document.querySelectorAll("table, .scroll:has(table)")].filter((e) => e.checkVisibility()).filter(
  (part) => part.scrollWidth > part.clientWidth || part.getBoundingClientRect().right > document.body.clientWidth + 1,
).map((part) => part.textContent.slice(0, 60))"""
#: words for what a reader looks for
WORDS = """
const table = (word) => [...document.querySelectorAll("table")].find((t) => t.caption?.textContent.includes(word));
const column = (of, name) => [...of.tHead.rows[0].cells].findIndex((h) => h.textContent === name);
const word = (cell) => cell.firstChild.textContent.trim();
const header = (of, name) => of.tHead.rows[0].cells[column(of, name)];
const shown = (of, name) =>
  [...of.tBodies[0].rows].filter((row) => !row.hidden).map((row) => word(row.cells[column(of, name)]));
const comparisons = table("Every comparison"), verdicts = table("Every verdict");
const field = verdicts.closest("details").querySelector(".filter input");
const dialog = document.querySelector("dialog"), now = document.activeElement;
"""


def ask(page, expression):
    return page.ask(f"(() => {{{WORDS} return {expression}; }})()")


def focus(page, element):
    """Unfold what hides an element, and put the focus on it."""
    ask(page, f"[({element}).closest('details')?.setAttribute('open', ''), ({element}).focus()]")
    assert ask(page, f"now === ({element})")


def tabbed(page, times=1, shift=False):
    """Press Tab; return what has the focus then."""
    for _ in range(times):
        page.press("Tab", shift=shift)
    return page.ask("document.activeElement.textContent.trim()")


def numbers(texts):
    return [float(text.replace("\u2212", "-")) for text in texts]


def test_tab_goes_through_the_page_in_its_order(page):
    assert tabbed(page) == "Skip to the answer"
    assert page.ask("document.activeElement.getBoundingClientRect().left") == 0  # what has the focus can be seen
    contents = page.ask("[...document.querySelectorAll('nav a')].map((link) => link.textContent)")
    assert [tabbed(page) for _ in contents] == contents
    tabbed(page)
    assert page.ask("document.activeElement.ariaLabel") == "Primary comparisons"
    assert tabbed(page, shift=True) == contents[-1]


def test_nothing_that_can_be_reached_lacks_a_name(page):
    """Every stop of the Tab key says what it is to a reader who does not see it."""
    page.ask("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    stops, name = (
        [],
        "(a = document.activeElement) => a.ariaLabel || a.textContent.trim() || a.labels?.[0]?.textContent",
    )
    while (tag := page.press("Tab") or page.ask("document.activeElement.tagName")) != "BODY" and len(stops) < 1000:
        stops.append((tag, page.ask(f"({name})() || document.activeElement.querySelector('img')?.alt")))
    assert {"A", "BUTTON", "INPUT", "DIV", "SUMMARY"} <= {tag for tag, _ in stops}
    assert [tag for tag, said in stops if not said] == []


def test_the_link_past_the_contents_leads_to_the_answer(page):
    page.press("Tab", "Enter")
    assert page.ask("location.hash") == "#answer"
    tabbed(page, times=2)
    assert page.ask("document.activeElement.ariaLabel") == "helps: gradient decay, article against gan"


def test_a_decision_leads_to_its_pairs_and_they_to_the_curves(page):
    """One key press away each, although the pairs are folded."""
    page.ask("document.querySelector('.overview a').focus()")
    page.press("Enter")
    assert page.ask("location.hash") == "#pairs-0"
    pairs = "document.querySelector('#pairs-0')"
    page.wait(f"{pairs}.checkVisibility() && {pairs}.getBoundingClientRect().top < innerHeight")
    assert page.ask(f"{pairs}.querySelectorAll('circle').length") == 10
    page.ask(f"{pairs}.querySelector('.note a').focus()")
    page.press("Enter")
    assert page.ask("location.hash") == "#figure-gradient_overview"
    assert page.ask("document.querySelector('#figure-gradient_overview .close').checkVisibility()")


def test_enter_on_a_header_sorts_its_column_up_and_down(page):
    focus(page, "header(comparisons, 'effect').querySelector('button')")
    for sign, order in ((1, "ascending"), (-1, "descending")):
        page.press("Enter")
        assert ask(page, "header(comparisons, 'effect').ariaSort") == order
        effects = numbers(ask(page, "shown(comparisons, 'effect')"))
        assert effects == sorted(effects, key=lambda value: sign * value)
    assert effects[0] > 1 > -1 > effects[-1]
    focus(page, "header(comparisons, 'method').querySelector('button')")
    page.press(" ")
    methods = ask(page, "shown(comparisons, 'method')")
    assert methods == sorted(methods)
    # one column at a time says that it is sorted
    assert ask(page, "[...comparisons.querySelectorAll('[aria-sort]')].map((h) => h.textContent)") == ["method"]


def test_what_is_missing_is_last_in_either_direction(page):
    focus(page, "header(verdicts, 'since step').querySelector('button')")
    for order in (1, -1):
        page.press("Enter")
        cells = ask(page, "shown(verdicts, 'since step')")
        steps = [text for text in cells if text != "–"]
        assert 0 < len(steps) < len(cells)
        assert numbers(steps) == sorted(numbers(steps), key=lambda value: order * value)
        assert set(cells[len(steps) :]) == {"–"}


def test_typing_into_a_filter_keeps_rows_with_every_word_and_counts_them(page, study):
    verdicts = study.verdicts
    diverged = verdicts[(verdicts["method"] == "latent") & (verdicts["verdict"] == "diverged")]
    focus(page, "field")
    assert ask(page, "field.labels[0].textContent") == "Rows with"
    counted = "verdicts.closest('details').querySelector('[aria-live=polite]').textContent"
    for typed, expected in (("", None), ("Latent  diverged", len(diverged)), ("x", 0)):
        page.press(*typed)
        of_all = f"{len(verdicts)} rows"
        assert ask(page, counted) == (of_all if expected is None else f"{expected} of {of_all}")
    page.press(*["Backspace"] * len("  divergedx"))
    assert set(ask(page, "shown(verdicts, 'method')")) == {"latent"}
    page.press(*["Backspace"] * len("latent"))
    assert ask(page, counted) == f"{len(verdicts)} rows"


def test_enter_opens_a_figure_escape_closes_it_and_the_focus_returns(page):
    focus(page, "document.querySelector('#figure-samples a[title=Enlarge]')")
    page.press("Enter")
    assert ask(page, "[dialog.open, dialog.matches(':modal'), location.hash]") == [True, True, ""]
    assert ask(page, "dialog.querySelector('h2').textContent") == FIGURES["samples"].title
    same = "['src', 'alt'].every((part) => dialog.querySelector('img')[part] === {}.querySelector('img')[part])"
    assert ask(page, same.format("document.querySelector('#figure-samples')"))
    for _ in range(6):  # the focus stays inside, or leaves for the browser's own controls
        tabbed(page)
        assert ask(page, "now === document.body || dialog.contains(now)")
    page.press("Escape")
    assert not ask(page, "dialog.open")
    assert ask(page, "now === document.querySelector('#figure-samples a[title=Enlarge]')")


def test_the_arrow_keys_turn_the_pages_of_the_figures(page):
    focus(page, "document.querySelector('#figure-samples a[title=Enlarge]')")
    page.press("Enter", "ArrowRight")
    assert ask(page, "dialog.querySelector('h2').textContent") == FIGURES["film"].title
    page.press("ArrowLeft", "ArrowLeft", "Escape")
    order = page.ask("[...document.querySelectorAll('figure')].map((figure) => figure.id)")
    before = order[order.index("figure-samples") - 1]
    # the focus goes to the figure that was seen last, once the dialog has told that it is closed
    page.wait(f"document.activeElement.closest('figure').id === '{before}'")


def test_paper_shows_every_row_and_no_control(page):
    focus(page, "field")
    page.press(*"latent")
    displayed = "[verdicts.querySelector('tr[hidden]'), field].map((part) => getComputedStyle(part).display)"
    assert ask(page, displayed)[0] == "none"
    page.look(PRINTED, dark=True, media="print")
    assert page.ask("getComputedStyle(document.body).backgroundColor") == "rgb(254, 254, 254)"  # whatever the screen's
    assert ask(page, displayed)[0] == "table-row"
    assert not ask(page, "field.checkVisibility()")
    for hidden in ("#provenance", "#tables", "#pairs", "nav"):
        assert not page.ask(f"document.querySelector('{hidden}').checkVisibility()")


def count_sheets(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_paper_is_short_and_cuts_no_table(page, html, tmp_path):
    page.look(PRINTED, media="print")
    assert page.ask(OVERFLOWING) == []
    assert page.ask("[...document.querySelectorAll('img')].every((i) => i.getBoundingClientRect().right <= innerWidth)")
    sheets = count_sheets(page.paper())
    assert 3 < sheets <= 15
    # a list of hundreds of rows is named, not printed
    row = re.search("<tr><td data-label=.method.*?</tr>\n", html)[0]
    page.open(written(html.replace(row, 500 * row), tmp_path))
    assert count_sheets(page.paper()) <= sheets
    page.look(PRINTED, media="print")
    assert page.ask("document.querySelector('#verdicts summary').checkVisibility()")
    after = "getComputedStyle(document.querySelector('#verdicts summary'), '::after').content"
    assert "verdicts.csv" in page.ask(after)


def test_the_committed_report_of_the_quickstart_needs_few_sheets(browser):
    browser.look(1400)
    browser.open(ROOT / "reports" / "quickstart" / "index.html")
    assert count_sheets(browser.paper()) <= 15


@pytest.mark.parametrize("width", [375, 1400])
def test_every_table_fits_its_box_and_on_a_phone_the_decisions_are_cards(page, width):
    page.look(width)
    page.ask("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    assert page.ask(OVERFLOWING) == []
    assert page.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.ask("document.querySelectorAll('details').forEach((part) => (part.open = false))")
    overview = "document.querySelector('.overview tbody td')"
    assert page.ask(f"{overview}.checkVisibility({{ contentVisibilityAuto: true }})")
    assert page.ask(f"getComputedStyle({overview}, '::before').content") == (
        '"stable generators"' if width == 375 else "none"
    )
    assert page.ask("document.querySelector('#figure-decision_table').checkVisibility()") == (width != 375)


def test_previews_keep_the_size_at_which_figures_can_be_read(page):
    widths = "[...document.querySelectorAll('.more img')].map((image) => image.clientWidth)"
    for width in (1400, 375):
        page.look(width)
        assert min(page.ask(widths)) > 600
    heights = page.ask("[...document.querySelectorAll('.more .scroll')].map((box) => box.clientHeight)")
    assert max(heights) <= 19 * 16


#: the parts of the explorer
EXPLORER = """
const root = document.querySelector("#explorer"), chart = root.querySelector("[data-part=chart]");
const values = root.querySelector("output"), curves = root.querySelector("[data-part=curves]");
const boxes = [...root.querySelectorAll("input")], runs = root.querySelector("[data-part=runs]");
const picks = [...root.querySelectorAll("[data-part=picks] select")];
const choose = (field, text) => {
  field.value = [...field.options].find((option) => option.text === text).value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
};
"""


@pytest.fixture
def explorer(page):
    """A function that asks the page about its explorer, once that is there."""
    page.wait("!!document.querySelector('#explorer canvas')")
    return lambda expression: page.ask(f"(() => {{{EXPLORER} return {expression}; }})()")


def test_keys_and_pointer_read_the_values_of_the_curves(page, explorer, study):
    norms = study.gradients.query("layer == '(all)' and quantity == 'gradient_norm' and network == 'generator'")
    seeds = norms[norms["method"] == "gan"].groupby("step")["value"]
    explorer("choose(curves, 'digits: gradient norm of generator')")
    explorer("chart.focus()")
    steps = sorted(norms["step"].unique())
    for key, step in (("ArrowRight", steps[0]), ("ArrowRight", steps[1]), ("ArrowLeft", steps[0])):
        page.press(key)
        page.wait(f"document.querySelector('#explorer output').textContent.startsWith('step {step}: gan: ')")
        median = float(explorer("values.textContent").split()[3])
        assert median == pytest.approx(seeds.median()[step], rel=5e-3)
    x, y = explorer(
        "(({ right, top }) => [right - 5, top + 100])(chart.querySelector('.u-over').getBoundingClientRect())"
    )
    page.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    page.wait(f"document.querySelector('#explorer output').textContent.startsWith('step {steps[-1]}: ')")


def test_a_method_that_is_unchecked_leaves_the_curves(page, explorer, study):
    assert explorer("boxes.map((box) => box.labels[0].textContent.trim())") == list(study.methods)
    assert "of gan, article" in explorer("chart.ariaLabel")
    explorer("boxes[1].focus()")
    page.press(" ")
    assert "article" not in explorer("chart.ariaLabel")
    for place in (0, 2, 3, 4):
        explorer(f"boxes[{place}].click()")
    assert "no method" in explorer("chart.ariaLabel")
    page.press(" ")
    assert "of article;" in explorer("chart.ariaLabel")


def test_two_runs_stand_side_by_side(explorer, study):
    assert not explorer("runs.checkVisibility()")
    explorer("choose(picks[0], 'gan, seed 0, digits')")
    explorer("choose(picks[1], 'latent, seed 1, digits')")
    head, *rows = explorer("[...runs.rows].map((row) => [...row.cells].map((cell) => cell.textContent))")
    assert head == ["run", "gan, seed 0, digits", "latent, seed 1, digits"]
    verdicts = study.verdicts.query("network == 'generator'").set_index(["method", "seed"])["verdict"]
    assert ["verdict on generator", verdicts["gan", 0], verdicts["latent", 1]] in rows
    assert "gan seed 0, latent seed 1;" in explorer("chart.ariaLabel")


def test_tables_are_saved_from_the_page_alone_as_they_are(page, downloads, tmp_path):
    page.save(tmp_path)
    packed = gzip.decompress(downloads["verdicts.csv.gz"])
    for file, name, content in (
        ("decisions.csv", "decisions.csv", downloads["decisions.csv"]),
        ("verdicts.csv.gz", "verdicts.csv", packed),
    ):
        page.ask(f"[...document.querySelectorAll('.downloads a')].find((a) => a.textContent === '{file}').click()")
        end = time.monotonic() + 60
        while not (tmp_path / name).exists() or (tmp_path / name).read_bytes() != content:
            assert time.monotonic() < end, list(tmp_path.iterdir())
            time.sleep(0.02)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [420, 900, 1400])
def test_the_page_itself_never_scrolls_sideways(page, width, dark):
    page.look(width, dark=dark)
    page.ask("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    assert page.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    ink, paper = page.ask("(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))")
    brightness = [sum(map(int, colour[4:-1].split(","))) for colour in (ink, paper)]
    assert (brightness[0] > brightness[1]) == dark
