// Writes api/openapi.json from the routes, and from that api/events and the SDK's generated files. `--check` only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { openApiDocument } from '#platform/openapi'
import { apiDescription } from '../src/api-description.ts'
import { describeApplication } from './describe-application.ts'
import { eventSchemaFiles } from './event-schemas.ts'
import { sdkFiles } from './sdk/sdk-files.ts'

const root = dirname(import.meta.dirname)

async function generate(): Promise<Map<string, string>> {
  const { server, events } = describeApplication()
  const document = openApiDocument(apiDescription, server.routes, server.problems)
  const files = await sdkFiles(document)
  const toText = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`
  return new Map([
    [join(root, 'api', 'openapi.json'), toText(document)],
    ...[...eventSchemaFiles(document, events)].map(
      ([name, schema]) => [join(root, 'api', 'events', name), toText(schema)] as const,
    ),
    ...[...files].map(([name, text]) => [join(root, 'sdk', 'src', name), text] as const),
  ])
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const files = await generate()
const drifted = [...files].filter(([path, content]) => readIfThere(path) !== content)
if (!process.argv.includes('--check')) {
  for (const [path, content] of drifted) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    console.log(`wrote ${relative(root, path)}`)
  }
} else if (drifted.length > 0) {
  const names = drifted.map(([path]) => relative(root, path)).join(' and ')
  console.error(`The routes and ${names} differ. Run "npm run openapi" and commit what it writes.`)
  process.exitCode = 1
}
