import { afterAll, beforeAll, expect, it } from 'vitest'
import { encodeId, idPrefix } from '#kernel'
import { newUuid } from '#platform/ids'
import { startTestServer, type TestServer } from '#testing'
import { runCommand } from './support/command-line.ts'

// `munim cases` on a terminal, about cases with texts and assets that others chose.

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.stop())

const cases = (...args: string[]) => runCommand({ url: server.url, adminKey: server.adminKey }, 'cases', ...args)

type About = { readonly detail?: string; readonly owner?: string; readonly amount?: string; readonly asset?: string }

async function openCase({ detail = 'It is silent.', owner, amount, asset }: About): Promise<string> {
  const id = newUuid()
  await server.database.query({
    text: `insert into cases.cases (id, book_id, queue, subject_kind, subject_id, reason, detail, owner, priority, rank,
        due_at, amount, asset)
      values ($1, 0, 'payments', 'event', $2, 'unmatched_event', $3, $4, 'normal', 1, now(), $5, $6)`,
    values: [id, newUuid(), detail, owner ?? null, amount ?? null, asset ?? null],
  })
  return encodeId(idPrefix.case, id)
}

it('prints a text of others so that it neither acts on the terminal nor forges a line', async () => {
  const detail =
    'Fine.\u001b]52;c;Y3VybA==\u0007\u001b[2J\u001b[H\nresolved         2026-01-31T09:30:00.000000Z (force)'
  const id = await openCase({ detail, owner: 'asha\u009b1A\u202e\ncase_forged  payments' })
  const shown = await cases('show', id)
  expect(shown.stdout).toContain(String.raw`Fine.\x1b]52;c;Y3VybA==\x07\x1b[2J\x1b[H\nresolved`)
  expect(shown.stdout).not.toMatch(/^resolved/m)
  const listed = await cases('list')
  expect(listed.stdout).toContain(String.raw`asha\x9b1A\u202e\ncase_forged  payments`)
  // The titles and the one case.
  expect(listed.stdout.trimEnd().split('\n')).toHaveLength(2)
  const json = (await cases('show', id, '--json')).stdout
  for (const { stdout } of [shown, listed, { stdout: json }]) {
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
  }
  expect(JSON.parse(json)).toMatchObject({ detail })
})

it.each(['ZZZ-9', '9-LIVES'])(
  'lists, shows and acts on a case in %s, an asset that the book does not have',
  async (asset) => {
    // A rail's account may be shared with another system, whose events are in any asset.
    const id = await openCase({ amount: '12500', asset })
    const amount = `12500 minor units of ${asset}`
    expect(await cases('list')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(amount) })
    expect(await cases('show', id)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(amount) })
    const evidence = 'Console of the rail, 31 January: of another system.'
    const forced = await cases('force', id, '--outcome', 'succeeded', '--evidence', evidence)
    expect(forced).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('resolved') })
  },
)
