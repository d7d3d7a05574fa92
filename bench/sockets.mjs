// What one socket costs while there are a hundred times more of them: the ladders of `cargo bench --bench
// sockets` as a table and a picture in docs/BENCHMARKS.md.
//
//   ANTEROOM_SOCKETS=10000   how many at most
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./servers.mjs";
import { conditions, write } from "./tables.mjs";

const folder = mkdtempSync(join(tmpdir(), "anteroom-figures-"));
const before = loadavg()[0].toFixed(1);
try {
  const file = join(folder, "figures");
  const parts = process.argv.slice(2);
  const args = ["bench", "--locked", "--bench", "sockets", "--", ...(parts.length > 0 ? parts : ["idle", "positions", "resume"])];
  const done = spawnSync("cargo", args, { cwd: root, stdio: "inherit", env: { ...process.env, ANTEROOM_FIGURES: file } });
  if (done.status !== 0) throw new Error("the benchmark failed");
  const figures = {};
  for (const line of readFileSync(file, "utf8").trim().split("\n")) {
    const { what, population, value } = JSON.parse(line);
    (figures[what] ??= {})[population] = value;
  }
  write({ sockets: { conditions: conditions(1, [before, loadavg()[0].toFixed(1)]), figures } });
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
