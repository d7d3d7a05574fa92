// The figures as a part of `docs/BENCHMARKS.md`, and as pictures beside it.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import * as cases from "./cases.mjs";
import { plot } from "./plot.mjs";
import { contenders, root } from "./servers.mjs";

const FOLDER = join(root, "docs", "benchmarks");
const FIGURES = join(FOLDER, "peers.json");
const DOCUMENT = join(root, "docs", "BENCHMARKS.md");
const [BEGIN, END] = ["<!-- peers: written by bench/run.mjs -->", "<!-- peers end -->"];

const SHARES = {
  p50_us: "p50",
  p99_us: "p99",
  p999_us: "p99.9",
  relay_p50_us: "Of a message, p50",
  relay_p99_us: "Of a message, p99",
};
const millis = (us) => (us >= 100_000 ? String(Math.round(us / 1000)) : (us / 1000).toFixed(us < 10_000 ? 2 : 1));
const whole = (number) => Math.round(number).toLocaleString("en");
/** Median, and from least to most where there was more than one round. */
function spread(values, show) {
  const middle = show(cases.median(values));
  return values.length > 1 ? `${middle} (${show(Math.min(...values))}–${show(Math.max(...values))})` : middle;
}
const of = (rounds, name) => rounds.map((round) => round[name]);

/** Adds what was measured now to what is on file, and writes all of it. */
export function write(measured) {
  mkdirSync(FOLDER, { recursive: true });
  const figures = { ...(existsSync(FIGURES) ? JSON.parse(readFileSync(FIGURES, "utf8")) : {}), ...measured };
  writeFileSync(FIGURES, `${JSON.stringify(figures, null, 1)}\n`);
  const known = cases.all.filter((one) => figures[one.name]);
  const parts = known.map((one) => section(one, figures[one.name]));
  if (figures.sockets) parts.push(population(figures.sockets));
  const text = [BEGIN, "", "## Beside others", "", intro(), ...parts, "", END].join("\n");
  const document = readFileSync(DOCUMENT, "utf8");
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
  const whole = from < 0 ? `${document.trimEnd()}\n\n${text}\n` : document.slice(0, from) + text + document.slice(to + END.length);
  writeFileSync(DOCUMENT, whole);
}

/** Under which conditions a case was measured. */
export function conditions(rounds, load) {
  const line = (command, ...args) => execFileSync(command, args, { cwd: root, encoding: "utf8" }).trim();
  return {
    date: new Date().toISOString().slice(0, 16).replace("T", " "),
    commit: line("git", "rev-parse", "--short", "HEAD"),
    machine: `${cpus().length} cores ${cpus()[0].model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`,
    versions: `${line("rustc", "-V").split(" ").slice(0, 2).join(" ")}, node ${process.versions.node}`,
    rounds,
    load,
  };
}

function intro() {
  const versions = contenders.filter((one) => one.folder).map(({ folder }) => {
    const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return Object.entries(dependencies).map(([name, version]) => `${name} ${version}`);
  });
  return [
    "`make bench` (`bench/run.mjs`): each server alone on one core, `anteroom load` on the other, a fresh process for each run, one run of each in turn before the next round begins; the median, and in brackets the least and most of the rounds. Desks come at random moments that do not depend on the server, and what is late counts from when it was due. *CPU* is the server's own processor time for one match or message, connections included. – is not measured, or above what it no longer kept up with.",
    "",
    `What the others are and what they leave out is in \`bench/peers/README.md\`: none of them keeps anything, numbers anything, or lets anybody resume; whoever says something there is not told whether it arrived. *Late* is an answer to a desk that had just ended the talk; ours refuses it, so that its author knows. ${versions.flat().join(", ")}.`,
  ].join("\n");
}

function section(one, { conditions: under, results, failed }) {
  const rungs = one.rungs.filter((rung) => Object.values(results).some((ladder) => ladder[rung]));
  const names = contenders.filter(({ name }) => results[name]);
  const head = ["", ...rungs.map((rung) => `${whole(rung)} ${one.x}`)];
  const rows = (cell) => names.map(({ name, label }) => [label, ...rungs.map((rung) => (results[name][rung] ? cell(results[name][rung]) : "–"))]);
  const text = [`\n### ${one.title}\n`];
  if (one.unit) {
    const shares = Object.keys(SHARES).filter((name) => Object.values(results).some((ladder) => ladder[rungs[0]]?.rounds[0][name]));
    for (const share of shares) {
      text.push(`${SHARES[share]}, ms.\n`);
      text.push(table(head, rows(({ rounds }) => spread(of(rounds, share), millis))), "");
    }
    text.push(`CPU, µs a ${one.unit}; what was wrong, over all rounds.\n`);
    text.push(table([...head, "wrong"], rows(({ rounds }) => spread(of(rounds, "cpu_us"), whole)).map((cells, nth) => [...cells, wrong(results[names[nth].name], failed[names[nth].name])])));
    text.push(`\n![${one.title}](benchmarks/${one.name}.svg)\n`);
    picture(one, "p99, ms", names, results, ({ rounds }) => cases.median(of(rounds, "p99_us")) / 1000);
  } else {
    text.push("The server's resident memory in all, MiB; and KiB a socket against the rung before.\n");
    text.push(table(head, names.map(({ name, label }) => [label, ...rungs.map((rung, nth) => memory(results[name], rung, rungs[nth - 1]))])));
    text.push(`\n![${one.title}](benchmarks/${one.name}.svg)\n`);
    picture(one, "MiB resident", names, results, ({ rounds }) => cases.median(of(rounds, "resident_kib")) / 1024);
  }
  text.push(footer(under));
  return text.join("\n");
}

const footer = ({ date, commit, machine, versions, rounds, load }) =>
  `${date} UTC, ${commit}, release build, ${rounds} round${rounds === 1 ? "" : "s"}; ${machine}; ${versions}; load average before and after ${load.join(" and ")}.`;

/** What one costs while there are more and more of them, ours alone; in the picture against the fewest. */
function population({ conditions: under, figures }) {
  const title = "Population: what one costs while there are more of them";
  const names = Object.keys(figures);
  const rungs = [...new Set(names.flatMap((name) => Object.keys(figures[name])))].map(Number).sort((a, b) => a - b);
  const show = (value) => (value === undefined ? "–" : value < 10 ? value.toFixed(2) : value.toFixed(1));
  const rows = names.map((name) => [name, ...rungs.map((rung) => show(figures[name][rung]))]);
  const lines = names.map((name) => {
    const points = Object.entries(figures[name]).map(([at, value]) => [Number(at), value]);
    return { name: name.replace(/, \S+$/, ""), points: points.map(([at, value]) => [at, value / points[0][1]]) };
  });
  const y = "times what it is with the fewest";
  writeFileSync(join(FOLDER, "sockets.svg"), plot({ title, x: "sockets, desks or rooms", y, lines }));
  const text = [`\n### ${title}\n`, "`node bench/sockets.mjs`, of `cargo bench --bench sockets`; ours alone.\n"];
  text.push(table(["", ...rungs.map(whole)], rows), `\n![${title}](benchmarks/sockets.svg)\n`, footer(under));
  return text.join("\n");
}

function memory(ladder, rung, before) {
  if (!ladder[rung]) return "–";
  const resident = of(ladder[rung].rounds, "resident_kib");
  if (!before || !ladder[before]) return spread(resident, (kib) => (kib / 1024).toFixed(0));
  const growth = cases.median(resident) - cases.median(of(ladder[before].rounds, "resident_kib"));
  return `${spread(resident, (kib) => (kib / 1024).toFixed(0))}; ${(growth / (rung - before)).toFixed(1)}`;
}

/** Whatever people were told that cannot be, or were not told. */
function wrong(ladder, failed) {
  const sum = { failed };
  for (const { rounds } of Object.values(ladder)) {
    for (const round of rounds) for (const [name, count] of Object.entries(round.wrong)) sum[name] = (sum[name] ?? 0) + count;
  }
  const words = { matches: "wrong matches", lost: "lost", late: "late", twice: "heard twice", reordered: "out of order", others: "told late or wrongly", unserved: "not served", failed: "runs failed" };
  const told = Object.entries(sum).filter(([, count]) => count > 0).map(([name, count]) => `${whole(count)} ${words[name]}`);
  return told.join(", ") || "nothing";
}

const table = (head, rows) => [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

function picture(one, y, names, results, value) {
  const lines = names.map(({ name, label }) => ({
    name: label,
    points: one.rungs.filter((rung) => results[name][rung]).map((rung) => [rung, value(results[name][rung])]).filter((point) => point[1] > 0),
  }));
  writeFileSync(join(FOLDER, `${one.name}.svg`), plot({ title: one.title, x: one.x, y, lines: lines.filter((line) => line.points.length > 0) }));
}
