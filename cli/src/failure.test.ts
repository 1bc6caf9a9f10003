import { MunimError } from '@munim/sdk'
import { expect, it } from 'vitest'
import { CliFailure, describeFailure, failureAsJson } from './failure.ts'

const hostile = 'There is no "\u001b[2J\nok".'
const refusal = new MunimError(404, { code: 'case_not_found', detail: hostile, param: 'id\u0007' }, 'req_\u009b')

it.each([
  [refusal, String.raw`case_not_found (id\x07): There is no "\x1b[2J\nok". [request req_\x9b]`],
  [
    new MunimError(401, { detail: hostile }),
    String.raw`the server does not accept the API key: There is no "\x1b[2J\nok".`,
  ],
  [new CliFailure(hostile), String.raw`There is no "\x1b[2J ok".`],
  ['\u009b2J', String.raw`\x9b2J`],
])('a failure is one line that does nothing to the terminal', (failure, line) => {
  expect(describeFailure(failure)).toBe(line)
})

it('a failure in JSON has the text of the server as it is', () => {
  expect(failureAsJson(refusal)).toMatchObject({ error: { message: expect.stringContaining(hostile) } })
})
