"""Opens reports in Chromium and says what does not hold: see run.sh."""

import pathlib
import re
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

DESK, PHONE = (1280, 900), (390, 844)
HERE = pathlib.Path(__file__).parent
failures = 0


def check(name, holds, detail=""):
    global failures
    print(f"{'ok' if holds else 'not ok'} {name}{'' if holds else f': {detail}'}")
    failures += not holds


def opened(browser, path, size, scheme):
    """A page with the network off, and the list of whatever the browser says about it."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, offline=True
    )
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "request",
        lambda request: request.url.startswith("file:") or said.append(f"asked for {request.url}"),
    )
    page.goto(path.as_uri())
    return page, said


def open_all(page):
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")


def examine(browser, folder, name, word):
    path = folder / name / "report.html"
    size = path.stat().st_size
    most = 4_000_000 if name == "rack" else 1_000_000
    check(f"{name}: the file is below {most} bytes", size < most, f"{size} bytes")
    for place, view, scheme in (
        ("desk", DESK, "light"),
        ("dark", DESK, "dark"),
        ("phone", PHONE, "light"),
        ("phone-dark", PHONE, "dark"),
    ):
        page, said = opened(browser, path, view, scheme)
        label = f"{name}, {place}"
        check(f"{label}: the verdict is on the first screen", word in page.inner_text(".hero"))
        box = page.locator(".hero").bounding_box()
        check(f"{label}: … in full", box["y"] + box["height"] < view[1], box)
        page.screenshot(path=folder / f"{name}-{place}.png")
        open_all(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        check(f"{label}: nothing scrolls sideways", width <= view[0], f"{width} px")
        cut = page.evaluate(
            """() => [...document.querySelectorAll('caption, .caption')]
              .filter((one) => one.closest('.wide') || one.scrollWidth > one.clientWidth
                || one.getBoundingClientRect().right > innerWidth)
              .map((one) => one.innerText)"""
        )
        check(f"{label}: every caption is read without scrolling", not cut, cut)
        contrast = page.evaluate((HERE / "contrast.js").read_text())
        check(f"{label}: texts were found", contrast["count"] > 200, contrast["count"])
        check(f"{label}: every contrast is enough", not contrast["faults"], contrast["faults"])
        check(f"{label}: the browser has nothing to say", not said, said)
        page.context.close()


def keyboard(browser, folder, name):
    """Every summary is reached by the Tab key, and opened and closed by Enter."""
    page, _ = opened(browser, folder / name / "report.html", DESK, "light")
    total = page.locator("summary").count()
    shown = page.evaluate(
        "[...document.querySelectorAll('summary')].filter((one) => one.checkVisibility()).length"
    )
    reached = 0
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        if page.evaluate("document.activeElement.matches('summary')"):
            reached += 1
            if reached == 1:
                toggled = []
                for _ in range(2):
                    page.keyboard.press("Enter")
                    toggled.append(page.evaluate("document.activeElement.parentElement.open"))
                check(f"{name}: Enter opens and closes", toggled[0] != toggled[1], toggled)
    check(f"{name}: every visible summary is reached by Tab", reached >= shown > 0, (reached, shown, total))
    page.context.close()


def structure(browser, folder, name):
    page, _ = opened(browser, folder / name / "report.html", DESK, "light")
    facts = page.evaluate(
        """() => ({
          lang: document.documentElement.lang,
          landmarks: ['header', 'main', 'footer'].filter((one) => document.querySelector(`body > ${one}`)),
          h1: document.querySelectorAll('h1').length,
          unscoped: document.querySelectorAll('th:not([scope])').length,
          unnamed: [...document.querySelectorAll('svg[role=img]')]
            .filter((one) => !one.getAttribute('aria-label') && !one.querySelector('title')).length,
          dead: [...document.querySelectorAll('a[href^="#"]')]
            .filter((one) => !document.getElementById(one.getAttribute('href').slice(1))).length,
        })"""
    )
    wanted = dict(
        lang="en", landmarks=["header", "main", "footer"], h1=1, unscoped=0, unnamed=0, dead=0
    )
    check(f"{name}: language, landmarks, headings, table heads, names of plots", facts == wanted, facts)
    page.context.close()


def printed(browser, folder, name):
    """A report as PDF, and the lines of each sheet."""
    page, _ = opened(browser, folder / name / "report.html", DESK, "dark")
    pdf = folder / f"{name}.pdf"
    page.pdf(path=pdf, prefer_css_page_size=True, print_background=True)
    page.context.close()
    text = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    sheets = [[line for line in one.split("\n") if line.strip()] for one in text.split("\f")]
    return pdf, [sheet for sheet in sheets if sheet]


def breaks(name, sheets):
    """Where sheets end."""
    last = " ".join(sheets[-1])
    check(f"{name}, paper: the last sheet has the lines to sign", "Tested by" in last, last)
    alone = [
        (number, line) for number, sheet in enumerate(sheets, 1) for line in sheet[-4:]
        if re.fullmatch(r" *[A-Z]+[0-9]+ +(PASS|FAIL|ERROR|INCONCLUSIVE) *", line)
    ]
    check(f"{name}, paper: no heading stands alone at the foot of a sheet", not alone, alone)


def paper(browser, folder, name, word):
    pdf, sheets = printed(browser, folder, name)
    breaks(name, sheets)
    first = "\n".join(sheets[0])
    for wanted in (word, "SIMULATED", "Positions", "A1", "certificate K-1234"):
        check(f"{name}, paper: the first sheet has '{wanted}'", wanted in first)
    text = "\n".join(line for sheet in sheets for line in sheet)
    for wanted in ("guarded, w = U", "Tested by"):
        check(f"{name}, paper: '{wanted}' is printed", wanted in text)
    sizes = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    check(f"{name}, paper: A4", "A4" in sizes, sizes)
    subprocess.run(
        ["pdftoppm", "-r", "70", "-png", "-f", "1", "-l", "2", pdf, folder / f"{name}-paper"],
        check=True,
    )


def history(browser, folder):
    """The page of charts: wide and narrow, light and dark."""
    for place, view, scheme in (
        ("desk", DESK, "light"), ("dark", DESK, "dark"), ("phone", PHONE, "light")
    ):
        page, said = opened(browser, folder / "history.html", view, scheme)
        label = f"history, {place}"
        check(f"{label}: it says that it is simulated", "SIMULATED" in page.inner_text("header"))
        check(f"{label}: there are charts", page.locator("figure.chart svg").count() > 5)
        width = page.evaluate("document.documentElement.scrollWidth")
        check(f"{label}: nothing scrolls sideways", width <= view[0], f"{width} px")
        contrast = page.evaluate((HERE / "contrast.js").read_text())
        check(f"{label}: every contrast is enough", not contrast["faults"], contrast["faults"])
        check(f"{label}: the browser has nothing to say", not said, said)
        page.screenshot(path=folder / f"history-{place}.png", full_page=True)
        page.context.close()


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not installed; these tests need it (Debian: chromium)")
    with sync_playwright() as playwright:
        # The sandbox needs rights that a build machine's container does not give; the pages are ours.
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, word in (
            ("good", "PASS"), ("faulty", "FAIL"), ("accuracy", "PASS"), ("rack", "FAIL")
        ):
            examine(browser, folder, name, word)
            structure(browser, folder, name)
        for name, word in (("good", "PASS"), ("faulty", "FAIL")):
            keyboard(browser, folder, name)
            paper(browser, folder, name, word)
        breaks("rack", printed(browser, folder, "rack")[1])
        history(browser, folder)
        page, _ = opened(browser, folder / "faulty" / "report.html", DESK, "light")
        words = page.inner_text("main")
        for wanted in ("swapped words", "wrong meter constant", "no reply in time"):
            check(f"faulty: '{wanted}' is told", wanted in words)
        page.locator(".finding").first.screenshot(path=folder / "faulty-finding.png")
        page.context.close()
        page, _ = opened(browser, folder / "rack" / "report.html", DESK, "light")
        check("rack: a chip for each position", page.locator("nav.jump a").count() == 48)
        check("rack: every chip leads to its position", page.evaluate(
            """[...document.querySelectorAll('nav.jump a')].every((one) => document
              .getElementById(one.getAttribute('href').slice(1)).innerText
              .includes(one.innerText.split(' ')[0]))"""))
        # All at once: there are thousands, and a question for each takes minutes.
        for text in page.locator("table.cards tr").all_inner_texts():
            if "INCONCLUSIVE" in text:
                check(f"rack: {text.split()[0]} tells its cause", "was not measured" not in text, text)
        page.context.close()
        browser.close()
    print(f"browser: {failures} failed; pictures in {folder}")
    sys.exit(failures > 0)


main()
