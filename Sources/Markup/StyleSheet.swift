/// The look of a page: of a run's report and of the history. Every pair of text and ground has a contrast of 4.5 at least, in both schemes;
/// `Tests/BrowserTests` computes it.
public enum StyleSheet {
  /// The whole sheet.
  public static let text =
    colours + page + verdicts + tables + findings + plots + narrow + print

  private static let colours = """
    :root {
      color-scheme: light dark;
      --ground: #f3f5f8; --card: #ffffff; --ink: #17202b; --soft: #505c69; --line: #d5dbe2;
      --tint: #eef2f6; --link: #0b57b0; --focus: #0b57b0;
      --pass: #0f6b3a; --fail: #b4141f; --error: #7327a5; --open: #8a4d00; --none: #55616e;
      --pass-tint: #e4f4ea; --fail-tint: #fdecec; --error-tint: #f5ebfb; --open-tint: #fdf1df;
      --data: #1f5fae; --limit: #b4141f; --expected: #0f6b3a; --alarm: #b4141f; --area: #d6ecdf;
      --stripe: #fff3d1; --stripe-line: #8a4d00; --behind: var(--card);
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ground: #0e1319; --card: #171e27; --ink: #e9eef4; --soft: #a9b5c2; --line: #344050;
        --tint: #1f2833; --link: #83b9ff; --focus: #83b9ff;
        --pass: #6bd697; --fail: #ff8d8d; --error: #d5a6f5; --open: #f2bd68; --none: #a9b5c2;
        --pass-tint: #12301f; --fail-tint: #3a191c; --error-tint: #2d1b3a; --open-tint: #352710;
        --data: #7fb4f5; --limit: #ff8d8d; --expected: #6bd697; --alarm: #ff8d8d; --area: #1d3d2b;
        --stripe: #352710; --stripe-line: #f2bd68;
      }
    }

    """

  private static let page = """
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body {
      margin: 0; background: var(--ground); color: var(--ink);
      font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
      overflow-wrap: break-word;
    }
    header, main, footer { max-width: 1200px; margin: 0 auto; padding: 0 24px; }
    h1, h2, h3, h4 { line-height: 1.25; margin: 0; }
    h2 { font-size: 1.35rem; margin: 40px 0 12px; }
    h3 { font-size: 1.1rem; }
    h4 { font-size: .95rem; margin: 20px 0 8px; }
    p { margin: 8px 0; }
    a { color: var(--link); }
    a:focus-visible, summary:focus-visible, [tabindex]:focus-visible {
      outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 4px;
    }
    code, pre, .bytes { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: .86em; }
    pre {
      white-space: pre-wrap; background: var(--tint); border-radius: 8px; padding: 12px; margin: 8px 0;
    }
    dd, td, tbody th, h1, h2, h3, h4, li, p, summary, figcaption, pre { overflow-wrap: anywhere; }
    .soft { color: var(--soft); }
    svg.forms { position: absolute; width: 0; height: 0; }
    .skip { position: absolute; left: -9999px; }
    .skip:focus { position: static; display: inline-block; margin: 8px; }
    .brand {
      display: flex; justify-content: space-between; gap: 16px; padding: 18px 0 14px;
      color: var(--soft); font-size: .9rem;
    }
    .brand b { color: var(--ink); letter-spacing: .02em; }
    .card {
      background: var(--card); border: 1px solid var(--line); border-radius: 12px;
      padding: 20px; margin: 0 0 20px;
    }
    .twin {
      border: 2px dashed var(--stripe-line); background: var(--stripe); border-radius: 12px;
      padding: 10px 16px; margin: 0 0 16px;
    }
    .twin strong { color: var(--stripe-line); letter-spacing: .08em; margin-right: 8px; }
    dl.facts {
      display: grid; grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); gap: 12px 28px;
      margin: 0;
    }
    dl.facts dt { color: var(--soft); font-size: .82rem; }
    dl.facts dd { margin: 0; }
    nav.jump { display: flex; flex-wrap: wrap; gap: 8px; margin: 0 0 16px; padding: 0; }
    nav.jump a {
      display: inline-flex; align-items: center; gap: 6px; padding: 3px 10px 3px 6px; border-radius: 999px;
      border: 1px solid var(--line); background: var(--card); color: var(--ink); text-decoration: none;
      font-size: .88rem;
    }
    nav.jump a:has(.failed) { background: var(--fail-tint); border-color: var(--fail); }
    nav.jump a:has(.error) { background: var(--error-tint); border-color: var(--error); }
    nav.jump a:has(.inconclusive) { background: var(--open-tint); border-color: var(--open); }
    nav.jump a:hover { border-color: var(--link); }
    summary { cursor: pointer; padding: 4px 2px; }
    summary:hover { color: var(--link); }
    details > summary { color: var(--link); font-size: .92rem; }
    footer { padding-top: 24px; padding-bottom: 40px; color: var(--soft); font-size: .85rem; }
    ul.plain { list-style: none; padding: 0; margin: 0; }
    ul.plain li { padding: 6px 0; border-top: 1px solid var(--line); }
    ul.plain li:first-child { border-top: 0; }
    .signatures { display: none; }

    """

  private static let verdicts = """
    .icon { width: 1.15em; height: 1.15em; flex: none; vertical-align: -.22em; fill: currentColor; }
    .passed { color: var(--pass); } .failed { color: var(--fail); } .error { color: var(--error); }
    .inconclusive { color: var(--open); } .skipped, .not-applicable { color: var(--none); }
    .badge { display: inline-flex; align-items: center; gap: 6px; font-weight: 700; white-space: nowrap; }
    .hero {
      display: flex; align-items: center; gap: 24px; padding: 24px 28px; border-radius: 16px;
      border: 2px solid currentColor; margin: 0 0 16px;
    }
    .hero.passed { background: var(--pass-tint); } .hero.failed { background: var(--fail-tint); }
    .hero.error { background: var(--error-tint); } .hero.inconclusive { background: var(--open-tint); }
    .hero.skipped, .hero.not-applicable { background: var(--tint); }
    .hero > .icon { width: 72px; height: 72px; }
    .hero .word { font-size: 3.2rem; line-height: 1; font-weight: 800; letter-spacing: .01em; }
    .hero .tag {
      display: inline-block; vertical-align: middle; margin-left: 16px; padding: 6px 12px; border-radius: 8px;
      border: 2px dashed var(--stripe-line); background: var(--stripe); color: var(--stripe-line);
      font-size: 1rem; font-weight: 700; letter-spacing: .06em;
    }
    .hero p { color: var(--ink); margin: 8px 0 0; }
    .hero h1 { color: var(--ink); font-size: 1.25rem; font-weight: 600; }

    """

  private static let tables = """
    table { width: 100%; border-collapse: collapse; font-size: .92rem; }
    caption, .caption { text-align: left; color: var(--soft); font-size: .85rem; padding-bottom: 6px; }
    .caption { margin: 12px 0 0; }
    th, td { text-align: left; vertical-align: top; padding: 8px 12px 8px 0; border-top: 1px solid var(--line); }
    thead th { white-space: nowrap; } tbody th { min-width: 6em; }
    thead th { color: var(--soft); font-weight: 600; font-size: .82rem; border-top: 0; }
    tbody th { font-weight: 600; }
    tr.step > th { background: var(--tint); padding-left: 12px; border-radius: 6px; }
    tr.step .badge { float: right; padding-right: 12px; } tr.step small { margin-left: 12px; font-weight: 400; }
    tr.more > td { border-top: 0; padding: 0 0 8px; }
    td.decision { white-space: nowrap; }
    td.number, th.number { font-variant-numeric: tabular-nums; }
    .budget { margin: 8px 0; padding: 8px 16px; background: var(--tint); border-radius: 8px; --behind: var(--tint); }
    .budget table { font-size: .86rem; }
    /* A side that hides more is shaded: the shade stays, and what covers it scrolls with the table. */
    .wide {
      overflow-x: auto;
      background:
        linear-gradient(90deg, var(--behind) 24px, transparent) left / 48px 100% no-repeat local,
        linear-gradient(270deg, var(--behind) 24px, transparent) right / 48px 100% no-repeat local,
        linear-gradient(90deg, var(--line), transparent) left / 24px 100% no-repeat scroll,
        linear-gradient(270deg, var(--line), transparent) right / 24px 100% no-repeat scroll;
    }

    """

  private static let findings = """
    .position { scroll-margin-top: 12px; }
    .position > h3 { display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: baseline; font-size: 1.25rem; }
    .position > h3 .badge { font-size: 1.05rem; }
    .finding {
      border: 1px solid var(--line); border-left: 6px solid currentColor; border-radius: 10px;
      padding: 16px 20px; margin: 16px 0; scroll-margin-top: 12px;
    }
    .finding > * { color: var(--ink); }
    .finding .badge.failed { color: var(--fail); } .finding .badge.error { color: var(--error); }
    .finding .badge.inconclusive { color: var(--open); }
    .finding h4 { margin: 0 0 4px; font-size: 1.02rem; display: flex; gap: 12px; flex-wrap: wrap; }
    .finding .facts { margin: 12px 0; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); }
    .finding .facts dd { font-weight: 600; font-variant-numeric: tabular-nums; }
    .cause { background: var(--open-tint); border-radius: 8px; padding: 10px 14px; margin: 12px 0; }
    .cause strong { color: var(--open); }
    table.trace td, table.trace th { padding: 5px 16px 5px 0; white-space: nowrap; }
    table.trace td.bytes { width: 100%; white-space: normal; min-width: 16em; }

    """

  private static let plots = """
    .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 430px), 1fr)); gap: 16px 28px; }
    figure { margin: 12px 0; max-width: 600px; }
    figure svg { width: 100%; height: auto; display: block; overflow: visible; }
    figcaption { color: var(--soft); font-size: .86rem; margin-top: 4px; }
    figcaption strong { color: var(--ink); }
    svg text { fill: var(--soft); font-size: 12.5px; font-family: inherit; }
    svg text.name { fill: var(--ink); }
    svg text.note {
      fill: var(--ink); font-size: 12px; paint-order: stroke; stroke: var(--card); stroke-width: 4px;
      stroke-linejoin: round;
    }
    svg .grid { stroke: var(--line); stroke-width: 1; }
    svg .axis { stroke: var(--soft); stroke-width: 1; }
    svg .line { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
    svg .rule { stroke-width: 1.6; }
    svg .rule.expected { stroke-dasharray: 7 4; } svg .rule.limit { stroke-dasharray: 2 3; }
    svg .data { stroke: var(--data); } svg .expected { stroke: var(--expected); }
    svg .limit { stroke: var(--limit); stroke-width: 1.6; } svg .alarm { stroke: var(--alarm); }
    svg .dot { stroke: none; } svg .dot.data { fill: var(--data); } svg .dot.alarm { fill: var(--alarm); }
    svg .dot.expected { fill: var(--expected); }
    svg .bar { stroke: none; } svg .bar.data { fill: var(--data); } svg .bar.alarm { fill: var(--alarm); }
    svg .area { fill: var(--area); stroke: none; }
    .gauge { width: 100%; max-width: 560px; height: auto; display: block; margin: 4px 0; }
    .gauge .spread { stroke: var(--ink); stroke-width: 2; }
    .gauge text.value { fill: var(--ink); font-weight: 700; font-size: 14px; }

    """

  private static let narrow = """
    @media (max-width: 700px) {
      header, main, footer { padding: 0 14px; }
      .card { padding: 14px; }
      .hero { padding: 18px; gap: 16px; } .hero > .icon { width: 48px; height: 48px; }
      .hero .word { font-size: 2.2rem; } .hero .tag { margin: 8px 0 0; display: table; font-size: .85rem; }
      .brand { flex-direction: column; gap: 0; }
      header dl.facts { display: block; }
      header dl.facts > div { display: grid; grid-template-columns: 7.5em 1fr; gap: 8px; padding: 3px 0; }
      .finding { padding: 14px; }
      svg text { font-size: 15px; } svg text.note { font-size: 14px; }
      .gauge text.value { font-size: 17px; }
      table.cards, table.cards tbody, table.cards tr, table.cards th, table.cards td { display: block; }
      table.cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
      table.cards tr { border-top: 1px solid var(--line); padding: 8px 0; }
      table.cards th, table.cards td { border: 0; padding: 2px 0; }
      table.cards td[data-label] { display: grid; grid-template-columns: 7.5em 1fr; gap: 8px; }
      table.cards td[data-label]::before { content: attr(data-label); color: var(--soft); }
      table.cards td:empty { display: none; }
      tr.step > th { padding: 8px 12px; }
    }

    """

  private static let print = """
    @page { size: A4; margin: 14mm 12mm; }
    @media print {
      :root {
        color-scheme: light;
        --ground: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --tint: #f3f3f3;
        --link: #000; --pass: #0f6b3a; --fail: #b4141f; --error: #7327a5; --open: #8a4d00; --none: #444;
        --pass-tint: #fff; --fail-tint: #fff; --error-tint: #fff; --open-tint: #fff; --stripe: #fff;
        --stripe-line: #8a4d00; --data: #1f5fae; --limit: #b4141f; --expected: #0f6b3a; --alarm: #b4141f;
        --area: #d6ecdf;
      }
      body { font-size: 10pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
      header, main, footer { max-width: none; padding: 0; }
      .card { border: 0; padding: 0; margin: 0 0 12pt; }
      .hero { padding: 10pt 14pt; } .hero .word { font-size: 28pt; } .hero > .icon { width: 40pt; height: 40pt; }
      .skip, nav.jump, .screen { display: none; }
      a { text-decoration: none; color: inherit; }
      h2 { margin-top: 16pt; } h2, h3, h4 { break-after: avoid; }
      /* A step that ends a table must not hold on to the heading behind it. */
      tr.step:not(:last-child) { break-after: avoid; }
      .position > h3, .position > p, caption, .caption, thead { break-after: avoid; }
      .charts { break-before: avoid; }
      /* A last sheet has the lines to sign, not the small print alone. */
      tr, figure, .finding, .cause, footer { break-inside: avoid; }
      tr.more:not(:has(details[open])) { display: none; }
      th, td { padding: 3pt 8pt 3pt 0; } table { font-size: 8.5pt; }
      details.results::details-content { content-visibility: visible; height: auto; }
      details:not([open]):not(.results) { display: none; }
      details.results > summary { display: none; }
      .charts { grid-template-columns: 1fr 1fr; }
      .signatures { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 24pt; margin: 36pt 0 12pt; }
      .signatures div { border-top: 1px solid #000; padding-top: 4pt; color: #444; }
    }

    """
}
