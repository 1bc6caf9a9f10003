// Writes api/openapi.json from the routes, and the SDK's types from that. `--check` only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import openapiTypes, { astToString, type OpenAPI3 } from 'openapi-typescript'
import { openApiDocument } from '#platform/openapi'
import { apiDescription } from '../src/api-description.ts'
import { describeApplication } from './describe-application.ts'

const root = dirname(import.meta.dirname)

function describeRoutes() {
  const { server } = describeApplication()
  return openApiDocument(apiDescription, server.routes, server.problems)
}

async function generate(): Promise<Map<string, string>> {
  const document = JSON.stringify(describeRoutes(), undefined, 2)
  const types = astToString(await openapiTypes(JSON.parse(document) as OpenAPI3, { alphabetize: false }))
  return new Map([
    [join(root, 'api', 'openapi.json'), `${document}\n`],
    [
      join(root, 'sdk', 'src', 'api.generated.ts'),
      `// Generated from api/openapi.json by scripts/openapi.ts; do not edit.\n\n${types}`,
    ],
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
