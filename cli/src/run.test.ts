import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { run } from './run.ts'

async function runHere(...args: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const exitCode = await run(args, { terminal: { stdout, stderr } })
  const text = (stream: PassThrough) => stream.read()?.toString() ?? ''
  return { exitCode, stdout: text(stdout), stderr: text(stderr) }
}

describe('a wrong use of the command line', () => {
  it.each([
    [['nosuch'], "unknown command 'nosuch'"],
    [['accounts', 'list', '--nosuch'], "unknown option '--nosuch'"],
    [['accounts', 'list', '--limit', '0'], 'It must be a whole number from 1.'],
    [['import', 'transfers', 'day.csv', '--asset', 'USD'], "required option '--source"],
    [['cases', 'list', '--older-than', 'x'], 'It must be a number and s, m, h or d, such as 30m.'],
    [['cases', 'list', '--older-than', '11575d'], 'It may be at most 11574d.'],
    [['cases', 'list', '--older-than', '1234567890123s'], 'It may be at most 11574d.'],
    [['accounts', 'show'], "missing required argument 'account'"],
    [['import', 'transfers', 'day.csv', '--thousands-mark', 'xx'], 'It must be one character'],
    [['import', 'accounts', 'day.csv', '--encoding', 'hex'], 'It must be a known encoding'],
    [['import', 'transfers', 'day.csv', '--sign', 'both'], 'Allowed choices are refuse, swap'],
    [['import'], "unknown option '--json'"],
  ])('is reported as JSON with --json: %j', async (args, sentence) => {
    const { exitCode, stdout, stderr } = await runHere(...args, '--json')
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(JSON.parse(stderr)).toEqual({ error: { code: 'usage', message: expect.stringContaining(sentence) } })
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })

  it('is reported as text without --json, with a hint at the help', async () => {
    const { exitCode, stdout, stderr } = await runHere('accounts', 'list', '--nosuch')
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toBe("error: unknown option '--nosuch'\n(add --help for what it takes)\n")
  })

  it('does not include --help, which prints the help with --json too', async () => {
    const { exitCode, stdout, stderr } = await runHere('import', 'transfers', '--help', '--json')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain('--effective-at <template>')
  })
})
