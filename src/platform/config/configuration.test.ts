import { describe, expect, it } from 'vitest'
import { readConfiguration } from './configuration.ts'

describe('readConfiguration', () => {
  it('has a default for everything', () => {
    expect(readConfiguration([], {})).toEqual({
      ok: true,
      configuration: {
        dataDirectory: '.munim',
        host: '127.0.0.1',
        port: 8080,
        databaseUrl: undefined,
        roles: new Set(['api', 'worker', 'relay', 'scheduler']),
        logLevel: 'warn',
        docsUrl: undefined,
        otlpEndpoint: undefined,
        ratePerSecond: undefined,
        deadlineMaxMs: 60_000,
        keepDays: { keys: 30, events: 30, timelines: 1100, audit: 3660 },
        writeOffLimits: new Map(),
        restored: undefined,
        rails: { file: undefined, simulator: undefined, callbackSecret: undefined, timeoutMs: undefined },
        outgoingAllow: [],
        secrets: undefined,
        oauth: { issuer: undefined, takesKeys: true },
      },
    })
  })

  it('prefers a flag to the environment, and the environment to the default', () => {
    const read = readConfiguration(['--port', '0', '--roles', 'api, worker'], {
      MUNIM_PORT: '9000',
      DATABASE_URL: 'postgres://localhost/munim',
      MUNIM_HOST: '',
    })
    expect(read).toMatchObject({
      ok: true,
      configuration: {
        port: 0,
        host: '127.0.0.1',
        databaseUrl: 'postgres://localhost/munim',
        roles: new Set(['api', 'worker']),
      },
    })
  })

  it.each([
    [['--port', 'http'], '--port must be a number from 0 to 65535, not "http".'],
    [['--port', '65536'], '--port must be a number from 0 to 65535, not "65536".'],
    [['--port'], '--port needs a value.'],
    [['--port='], '--port needs a value.'],
    [['--roles', 'api,cook'], '--roles: "cook" is not a role; known are api, worker, relay, scheduler, gateway.'],
    [['--log-level', 'loud'], '--log-level must be one of fatal, error, warn, info, debug, trace, silent, not "loud".'],
    [['--rate-per-second', '0'], '--rate-per-second must be a whole number from 1 to 9999999, not "0".'],
    [['--api-keys', 'no'], '--api-keys must be on or off, not "no".'],
    [['--deadline-max', '0'], '--deadline-max must be a number of seconds from 1 to 99999, not "0".'],
    [['--keep-events', '0'], '--keep-events must be a number of days from 1 to 99999 or "forever", not "0".'],
    [['--keep-keys', 'forever'], '--keep-keys must be a number of days from 1 to 99999, not "forever".'],
    [['--docs-url', 'docs'], '--docs-url must be a URL that begins with https:// or http://.'],
    [
      ['--outgoing-allow', '10.0.0.0/33'],
      '--outgoing-allow must be addresses or blocks such as "10.2.0.0/16,fd12::/48", not "10.0.0.0/33".',
    ],
    [['--secrets-key', 'hunter2'], '--secrets-key must be env:NAME, file:PATH or transit:URL.'],
    [['start'], 'Argument 1 belongs to no flag; every setting has one.'],
  ])('refuses %j with one sentence', (args, sentence) => {
    expect(readConfiguration(args, {})).toEqual({ ok: false, errors: [sentence] })
  })

  it('reads how long aging data is kept', () => {
    const read = readConfiguration(['--keep-events', '90', '--keep-audit', 'forever'], { MUNIM_KEEP_KEYS: '7' })
    expect(read).toMatchObject({
      ok: true,
      configuration: { keepDays: { keys: 7, events: 90, timelines: 1100, audit: undefined } },
    })
  })

  it('names every error at once', () => {
    const read = readConfiguration(['--prot', '80', '--port', 'x', '--roles', ''], {})
    expect(read.ok ? [] : read.errors.map((error) => error.split(' ')[0])).toEqual([
      'Argument',
      '--prot',
      '--roles',
      '--port',
    ])
  })

  it('does not repeat the value of a misspelled flag', () => {
    for (const args of [['--databaseurl', 'SECRET'], ['--databaseurl=SECRET'], ['-pSECRET'], ['--', 'SECRET']]) {
      const read = readConfiguration(args, {})
      expect(read.ok).toBe(false)
      expect(JSON.stringify(read)).not.toContain('SECRET')
    }
  })

  it('does not repeat a database URL, which may hold a password', () => {
    const read = readConfiguration(['--database-url', 'mysql://u:secret@h/d'], {})
    expect(read.ok ? '' : read.errors.join()).toBe(
      '--database-url must be a URL that begins with postgres:// or postgresql://.',
    )
  })

  it.each(['http://user:secret@collector:4318', 'http://collector:4318/?tenant=a', 'http://collector:4318/#x'])(
    'refuses the endpoint of traces %s, from which spans would be dropped',
    (endpoint) => {
      expect(readConfiguration(['--otlp-endpoint', endpoint], {})).toMatchObject({
        ok: false,
        errors: ['--otlp-endpoint must be a URL without a login, a query and a fragment.'],
      })
    },
  )
})

describe('TLS', () => {
  const files = ['--tls-cert', 'a.crt', '--tls-key', 'a.key', '--tls-ca', 'ca.crt', '--tls-crl', 'ca.crl']

  it('reads the files and whether nothing else is allowed', () => {
    const read = readConfiguration(files, { MUNIM_SECURE: 'true' })
    expect(read).toMatchObject({
      ok: true,
      configuration: {
        tls: {
          references: { cert: 'file:a.crt', key: 'file:a.key', ca: ['file:ca.crt'], crl: ['file:ca.crl'] },
          isSecure: true,
        },
        rails: { isSecure: true },
      },
    })
    expect(readConfiguration([...files, '--secure'], {})).toEqual(read)
  })

  it.each([
    [['--secure'], '--secure needs mutual TLS, for which --tls-cert, --tls-key, --tls-ca and --tls-crl are missing.'],
    [['--secure', ...files.slice(0, 6)], '--secure needs mutual TLS, for which --tls-crl is missing.'],
    [['--secure=yes'], '--secure must be true or false, not "yes".'],
    [['--tls-cert', 'a.crt'], '--tls-cert and --tls-key need each other.'],
    [['--tls-crl', 'ca.crl', ...files.slice(0, 4)], '--tls-crl needs --tls-ca.'],
    [
      ['--secure', ...files, '--otlp-endpoint', 'http://otel:4318'],
      '--secure: --otlp-endpoint must begin with https://.',
    ],
    [
      ['--secure', ...files, '--database-url', 'postgres://u:secret@db/m?sslmode=require&sslrootcert=x'],
      "--secure: PostgreSQL is reached with sslmode=verify-full and the files of --tls-cert; leave sslmode, sslrootcert out of the database's URL.",
    ],
    [
      ['--secure', ...files, '--lanes', 'kafka', '--kafka-brokers', 'k:9092', '--kafka-ca', 'system'],
      '--secure: Kafka is reached with --tls-ca; leave out --kafka-ca.',
    ],
  ])('refuses %j with one sentence', (args, sentence) => {
    expect(readConfiguration(args, {})).toEqual({ ok: false, errors: [sentence] })
  })
})
