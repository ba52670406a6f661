// The texts of the page whose contrast to what is behind them is below 4.5 (3 for large ones), by the
// formula of WCAG 2.2, relative luminance. Boxes here have plain backgrounds, so the nearest ancestor
// with one is what is behind a text.
() => {
  const parse = (text) => {
    const found = text.match(/rgba?\(([^)]*)\)/);
    if (!found) return null;
    const parts = found[1].split(/[ ,/]+/).map(Number);
    return { rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1 };
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour && colour.alpha === 1) return colour.rgb;
      if (colour && colour.alpha > 0) return null;
    }
    return [255, 255, 255];
  };
  const faults = [];
  const check = (element, ink, text, least) => {
    const ground = behind(element);
    const colour = parse(ink);
    if (!ground || !colour || colour.alpha < 1) {
      faults.push(`no plain colours: ${text}`);
      return;
    }
    const [a, b] = [luminance(colour.rgb), luminance(ground)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least) faults.push(`${ratio.toFixed(2)} ${ink} on rgb(${ground}): ${text}`);
  };
  let count = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.nodeValue.trim();
    const parent = node.parentElement;
    if (!text || parent.closest("title, desc, style") || parent.getClientRects().length === 0) continue;
    const style = getComputedStyle(parent);
    count += 1;
    check(parent, parent.closest("svg") ? style.fill : style.color, text.slice(0, 40), 4.5);
  }
  // What a plot is drawn with needs 3 (WCAG 2.2, 1.4.11), and so do the icons.
  for (const element of document.querySelectorAll("svg .line, svg .dot, svg .rule, svg .limit, svg .bar")) {
    if (element.getClientRects().length === 0) continue;
    const style = getComputedStyle(element);
    const ink = style.fill !== "none" && style.stroke === "none" ? style.fill : style.stroke;
    count += 1;
    check(element.ownerSVGElement.parentElement, ink, element.getAttribute("class"), 3);
  }
  return { count, faults: [...new Set(faults)].slice(0, 20) };
}
