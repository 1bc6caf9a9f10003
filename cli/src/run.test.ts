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

  it.each([
    [['balance', 'x', '--kei=munim_SECRET'], '--kei', 'Did you mean --key?'],
    [['balance', 'x', '--kei', 'munim_SECRET'], '--kei', 'Did you mean --key?'],
    [['--api-kye=munim_SECRET', 'balance', 'x'], '--api-kye', ''],
    [['--api-kye', 'munim_SECRET', 'balance', 'x'], '--api-kye', ''],
    [['start', '--databaseurl=postgres://munim:munim_SECRET@db/munim'], '--databaseurl', '--database-url'],
    [['balance', 'x', '-kmunim_SECRET'], '-k', ''],
    [['balance', 'x', "--kei=a'\nmunim_SECRET"], '--kei', ''],
  ])('names a misspelled flag, and never its value: %j', async (args, name, hint) => {
    for (const more of [[], ['--json']]) {
      const { exitCode, stderr } = await runHere(...args, ...more)
      expect(exitCode).toBe(1)
      expect(stderr).toContain(`unknown option '${name}'`)
      expect(stderr).toContain(hint)
      expect(stderr).not.toContain('SECRET')
    }
  })

  it('does not repeat an address, which may have a password in it', async () => {
    for (const url of ['munim:SECRET', 'ftp://munim:SECRET@host', 'http://munim:SECRET@host', 'http://:SECRET@']) {
      const { exitCode, stderr } = await runHere('balance', 'x', '--key', 'munim_key', '--url', url)
      expect(exitCode).toBe(1)
      expect(stderr).toContain('url')
      expect(stderr).not.toContain('SECRET')
    }
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
