// `make bench`: every case with every contender, in turns, and what came of it in docs/BENCHMARKS.md.
//
//   BENCH_CASES=a,b    only these of: match, relay, growth, storm, idle
//   BENCH_PEERS=a,b    only these contenders
//   BENCH_ROUNDS=3     so often
//   BENCH_RUNGS=3      only so many rungs of each ladder
//   BENCH_AT=400       only these rungs, or others
//   BENCH_BEFORE=file  the program of another commit takes part as `before`; its database lies in
//                      BENCH_BEFORE_STORE (/dev/shm). With it nothing is written to docs/BENCHMARKS.md.
import { cpus, loadavg } from "node:os";
import * as cases from "./cases.mjs";
import { build, contenders, load, start } from "./servers.mjs";
import { conditions, write } from "./tables.mjs";

const PATIENCE_S = 120;
const chosen = (name, all) => {
  const wanted = process.env[name]?.split(",");
  const unknown = wanted?.filter((one) => !all.some((other) => other.name === one)) ?? [];
  if (unknown.length > 0) throw new Error(`${name}: there is no ${unknown.join(" or ")}; there is ${all.map((one) => one.name).join(", ")}`);
  return wanted ? all.filter((one) => wanted.includes(one.name)) : all;
};

/** One run on a fresh server. */
async function once(one, contender, rung) {
  const server = await start(contender);
  try {
    const run = await load(contender, server, one.options(rung), one.seconds + PATIENCE_S);
    return one.read(run, rung);
  } finally {
    await server.stop();
  }
}

/** A case: rung by rung, round by round, everybody in turn. Who no longer keeps up goes no higher. */
async function climb(one, who, rounds, rungs) {
  const results = Object.fromEntries(who.map(({ name }) => [name, {}]));
  const failed = Object.fromEntries(who.map(({ name }) => [name, 0]));
  let up = who;
  const asked = process.env.BENCH_AT?.split(",").map(Number);
  for (const rung of asked ?? one.rungs.slice(0, rungs)) {
    for (let round = 0; round < rounds; round++) {
      for (const contender of up) {
        const ladder = results[contender.name];
        try {
          const result = await once(one, contender, rung);
          (ladder[rung] ??= { rounds: [] }).rounds.push(result);
          console.log(one.name, rung, contender.name, JSON.stringify(result));
        } catch (error) {
          failed[contender.name] += 1;
          console.log(one.name, rung, contender.name, "failed:", error.message);
        }
      }
    }
    const keeps = ({ name }) => {
      const done = results[name][rung]?.rounds ?? [];
      return done.length > rounds / 2 && done.filter((result) => one.keepsUp(result, rung)).length > rounds / 2;
    };
    up = up.filter(keeps);
  }
  return { results, failed };
}

async function all() {
  const who = chosen("BENCH_PEERS", contenders);
  const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
  build(who);
  for (const one of chosen("BENCH_CASES", cases.all)) {
    const before = loadavg()[0].toFixed(1);
    const climbed = await climb(one, who.filter(({ store }) => store || !one.oursAlone), rounds, Number(process.env.BENCH_RUNGS ?? one.rungs.length));
    if (!process.env.BENCH_BEFORE) write({ [one.name]: { conditions: conditions(rounds, [before, loadavg()[0].toFixed(1)]), ...climbed } });
  }
}

try {
  if (cpus().length < 2) throw new Error("two cores are needed, one for the server and one for the load");
  await all();
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
