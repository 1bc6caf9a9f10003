import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { run } from '@munim/cli'
import { allowedRoles as ofSimulator } from '@munim/rail-simulator'
import { expect, test } from 'vitest'
import { allowedRoles, certificateRoles } from '#platform/tls'

const page = readFileSync(join(import.meta.dirname, '../docs/operating/certificates.md'), 'utf8')

test('the command line issues certificates for the roles that there are', async () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  await run(['certs', 'issue', '--help'], { terminal: { stdout, stderr } })
  const help = String(stdout.read()).replaceAll(/\s+/g, ' ')
  expect(help).toContain(`choices: ${certificateRoles.map((role) => `"${role}"`).join(', ')}`)
})

test('the rail simulator admits the roles that the table of ports says', () => {
  expect(ofSimulator).toEqual(allowedRoles['rail-simulator'])
})

test('the page of certificates names every role, and every port with its roles', () => {
  for (const role of certificateRoles) expect(page).toContain(`| \`${role}\` |`)
  for (const [port, roles] of Object.entries(allowedRoles)) {
    expect(page).toContain(`| \`${port}\` | ${roles.map((role) => `\`${role}\``).join(', ')} |`)
  }
})
