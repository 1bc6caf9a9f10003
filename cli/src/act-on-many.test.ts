import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { expect, it, onTestFinished } from 'vitest'
import { run } from './run.ts'

type Answer = { readonly status: number; readonly body: object }
type Ids = readonly string[]

const caseId = (number: number) => `case_${String(number).padStart(26, '0')}`
const ids = (count: number) => Array.from({ length: count }, (_, number) => caseId(number))

/** A server that a real one cannot be made into at will: it answers the first requests, and fails a later one. */
async function startServer(answer: (asked: Ids, request: number) => Answer) {
  const asked: Ids[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    request.on('end', () => {
      asked.push(JSON.parse(text).cases.map(({ id }: { readonly id: string }) => id))
      const { status, body } = answer(asked.at(-1) ?? [], asked.length)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

/** Refuses every fiftieth case. */
function accept(asked: Ids): Answer {
  const data = asked.map((id) => {
    const isRefused = Number(id.slice(5)) % 50 === 49
    return isRefused ? { id, code: 'case_changed', detail: 'Read it again.' } : { id, code: null, detail: null }
  })
  return { status: 200, body: { data } }
}

const problem = (status: number, code: string): Answer => ({ status, body: { code, detail: 'It was not possible.' } })

async function cases(url: string, ...args: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const connection = ['--url', url, '--key', 'any']
  const exitCode = await run(['cases', ...args, ...connection], { terminal: { stdout, stderr } })
  return { exitCode, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') }
}

it('acts on more cases than a request may name', async () => {
  const { url, asked } = await startServer(accept)
  const done = await cases(url, 'inquire', ...ids(201))
  expect(asked.map(({ length }) => length)).toEqual([100, 100, 1])
  expect(done.stdout.trimEnd().split('\n')).toHaveLength(202)
  expect(done).toMatchObject({ exitCode: 1, stderr: 'munim: 4 of 201 refused inquire\n' })
})

it.each([2, 101])('sends nothing when one of %i ids is malformed, and names it', async (count) => {
  const { url, asked } = await startServer(accept)
  const force = ['force', '--outcome', 'failed', '--evidence', 'Console of the rail.']
  const done = await cases(url, ...force, ...ids(count - 1), 'case_mistyped')
  expect(done).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'munim: not the id of a case: "case_mistyped"; no case was acted on\n',
  })
  expect(asked).toEqual([])
})

it('prints the results so far when a later request fails, and which cases may have been acted on', async () => {
  const { url, asked } = await startServer((given, request) =>
    request < 3 ? accept(given) : problem(403, 'forbidden'),
  )
  const done = await cases(url, 'reassign', 'asha', ...ids(350))
  expect(asked).toHaveLength(3)
  expect(done.stdout.trimEnd().split('\n')).toHaveLength(201)
  expect(done.stdout).toMatch(new RegExp(`^${caseId(199)} +case_changed +Read it again\\.$`, 'm'))
  expect(done).toMatchObject({
    exitCode: 1,
    stderr: [
      'munim: forbidden: It was not possible. Stopped. Answered, as printed: 200 of 350 (196 accepted, 4 refused).',
      `Outcome unknown: 100, ${caseId(200)} to ${caseId(299)}. Not done: 50, ${caseId(300)} to ${caseId(349)}.\n`,
    ].join(' '),
  })
})

it('knows that nothing was done when the server refuses a request as a whole', async () => {
  const { url } = await startServer((given, request) =>
    request < 2 ? accept(given) : problem(400, 'validation_failed'),
  )
  const done = await cases(url, 'retry', ...ids(101), '--json')
  expect(JSON.parse(done.stdout)).toHaveLength(100)
  expect(done.exitCode).toBe(1)
  expect(JSON.parse(done.stderr)).toEqual({
    error: {
      ...{ code: 'validation_failed', status: 400 },
      message: `validation_failed: It was not possible. Stopped. Answered, as printed: 100 of 101 (98 accepted, 2 refused). Not done: ${caseId(100)}.`,
      done: { accepted: 98, refused: 2, unknown: [], not_done: [caseId(100)] },
    },
  })
})

it('fails as one request does when the first one fails', async () => {
  const { url } = await startServer(() => problem(403, 'forbidden'))
  const done = await cases(url, 'retry', ...ids(101))
  expect(done).toEqual({ exitCode: 1, stdout: '', stderr: 'munim: forbidden: It was not possible.\n' })
})
