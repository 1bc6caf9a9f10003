// Prints every import that is not allowed. A step of the check, in its own process: it loads two compilers.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findTrespasses } from './boundaries.ts'

const root = dirname(import.meta.dirname)
const folders = ['src', 'sdk', 'cli', 'console', 'rail-simulator', 'bench', 'demo', 'scripts', 'test']

const trespasses = await findTrespasses(
  root,
  folders.filter((folder) => existsSync(join(root, folder))),
)
for (const { text } of trespasses) console.log(text)
if (trespasses.length > 0) process.exitCode = 1
