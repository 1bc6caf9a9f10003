// `npm run bench -- NAME [--json] [--option value …]`: runs bench/NAME.ts, which exports `run`.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Bench, parseBenchArguments } from './bench.ts'

const [name = '', ...rest] = process.argv.slice(2)
const path = join(import.meta.dirname, `${name}.ts`)
const notBenches = new Set(['main', 'bench'])
const isBench = (file: string) => /^[a-z]+\.ts$/.test(file) && !notBenches.has(file.slice(0, -3))

if (!isBench(`${name}.ts`) || !existsSync(path)) {
  const names = readdirSync(import.meta.dirname)
    .filter(isBench)
    .map((file) => file.slice(0, -3))
  process.stderr.write(`usage: npm run bench -- NAME [--json]\nNAME is one of: ${names.join(', ')}\n`)
  process.exit(2)
}
const bench = (await import(path)) as Bench
await bench.run(parseBenchArguments(rest))
