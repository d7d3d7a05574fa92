// A ladder as a picture: both axes logarithmic, so that what grows as fast as its population is a
// straight slope and what does not grow is level.

const [WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [820, 420, 70, 40, 270, 50];
/** Told apart by people who see few colours. */
const COLOURS = ["#999999", "#56b4e9", "#e69f00", "#d55e00", "#cc79a7", "#009e73", "#0072b2"];

/** `lines`: name and points, each [x, y], both above 0. */
export function plot({ title, x, y, lines }) {
  const points = lines.flatMap((line) => line.points);
  const across = axis(points.map((point) => point[0]), LEFT, WIDTH - RIGHT);
  const up = axis(points.map((point) => point[1]), HEIGHT - BOTTOM, TOP);
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="22" font-size="14">${escape(title)}</text>`,
    ...across.ticks.map((at) => `${rule(across.to(at), TOP, across.to(at), HEIGHT - BOTTOM)}${label(across.to(at), HEIGHT - BOTTOM + 16, "middle", at)}`),
    ...up.ticks.map((at) => `${rule(LEFT, up.to(at), WIDTH - RIGHT, up.to(at))}${label(LEFT - 6, up.to(at) + 4, "end", at)}`),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${escape(x)}</text>`,
    `<text transform="translate(16 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escape(y)}</text>`,
  ];
  lines.forEach(({ name, points: own }, nth) => {
    const colour = COLOURS[nth % COLOURS.length];
    const path = own.map((point) => `${across.to(point[0]).toFixed(1)},${up.to(point[1]).toFixed(1)}`);
    out.push(`<polyline points="${path.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    path.forEach((at) => out.push(`<circle cx="${at.split(",")[0]}" cy="${at.split(",")[1]}" r="3" fill="${colour}"/>`));
    const row = TOP + 10 + nth * 20;
    out.push(`<rect x="${WIDTH - RIGHT + 14}" y="${row - 8}" width="14" height="4" fill="${colour}"/>`);
    out.push(`<text x="${WIDTH - RIGHT + 34}" y="${row}">${escape(name)}</text>`);
  });
  return `${out.join("\n")}\n</svg>\n`;
}

/** A logarithmic axis over these values, from one place to another, with a tick at 1, 2 and 5 of each ten. */
function axis(values, from, to) {
  const [least, most] = [Math.min(...values) / 1.3, Math.max(...values) * 1.3];
  const part = (value) => Math.log(value / least) / Math.log(most / least);
  const tens = [];
  for (let ten = Math.floor(Math.log10(least)); ten <= Math.log10(most); ten++) tens.push(10 ** ten);
  const steps = tens.length > 3 ? [1] : [1, 2, 5];
  const ticks = tens.flatMap((ten) => steps.map((step) => step * ten)).filter((at) => at >= least && at <= most);
  return { ticks, to: (value) => from + part(value) * (to - from) };
}

const rule = (x1, y1, x2, y2) => `<path d="M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}" stroke="#dddddd"/>`;
const label = (x, y, anchor, at) => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${Number(at.toPrecision(2)).toLocaleString("en")}</text>`;
const escape = (text) => text.replace(/[&<>]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[one]);
