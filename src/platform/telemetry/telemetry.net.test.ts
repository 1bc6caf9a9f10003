import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { Fault } from '../faults/index.ts'
import { createDurationHistogram } from './duration-histogram.ts'
import { describeError } from './logger.ts'
import { registerMetrics } from './metrics.ts'
import { createRequestMetrics } from './request-metrics.ts'

describe('describeError', () => {
  it('describes an error and its causes, and no other properties', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', client: { password: 'hunter2' } })
    const described = describeError(
      new Fault({ code: 'away', message: 'The database is away.', retryable: true, cause }),
    )
    expect(described).toEqual({
      name: 'Fault',
      message: 'The database is away.',
      code: 'away',
      retryable: true,
      stack: expect.any(String),
      cause: { name: 'Error', message: 'refused', code: 'ECONNREFUSED', stack: expect.any(String) },
    })
  })

  it('ends with errors that are their own cause, and accepts values that are not errors', () => {
    const error: Error & { cause?: unknown } = new Error('circle')
    error.cause = error
    expect(JSON.stringify(describeError(error)).match(/circle/g)?.length).toBeLessThan(20)
    expect(describeError('text')).toEqual({ message: 'text' })
  })
})

describe('createDurationHistogram', () => {
  it('is a histogram as Prometheus reads it: buckets add up, bounds are inclusive', async () => {
    const registry = new Registry()
    const histogram = createDurationHistogram(registry, { name: 'test_seconds', help: 'Test.', labelNames: ['kind'] })
    const observe = histogram.series({ kind: 'a' })
    for (const seconds of [0.0025, 0.005, 0.0075, 0.7, 100]) observe(seconds)
    const lines = (await registry.metrics()).split('\n')
    expect(lines).toContain('# TYPE test_seconds histogram')
    expect(lines).toContain('test_seconds_bucket{le="0.005",kind="a"} 2')
    expect(lines).toContain('test_seconds_bucket{le="0.01",kind="a"} 3')
    expect(lines).toContain('test_seconds_bucket{le="1",kind="a"} 4')
    expect(lines).toContain('test_seconds_bucket{le="+Inf",kind="a"} 5')
    expect(lines).toContain('test_seconds_count{kind="a"} 5')
    expect(lines.find((line) => line.startsWith('test_seconds_sum'))).toMatch(/ 100\.715/)
  })
})

describe('createRequestMetrics', () => {
  it('keeps a series for each method, route and status', async () => {
    const registry = new Registry()
    const observe = createRequestMetrics(registry)
    observe({ method: 'GET', path: '/v1/books' }, { status: 200 }, 0.01)
    observe({ method: 'GET', path: '/v1/books' }, { status: 200 }, 0.01)
    observe({ method: 'GET', path: '/v1/books' }, { status: 401 }, 0.01)
    observe({ method: 'POST', path: '/v1/books' }, { status: 200 }, 0.01)
    const counts = (await registry.metrics()).split('\n').filter((line) => line.includes('_count{'))
    expect(counts).toEqual([
      'munim_http_request_duration_seconds_count{method="GET",route="/v1/books",status="2xx"} 2',
      'munim_http_request_duration_seconds_count{method="GET",route="/v1/books",status="4xx"} 1',
      'munim_http_request_duration_seconds_count{method="POST",route="/v1/books",status="2xx"} 1',
    ])
  })
})

describe('registerMetrics', () => {
  it('leaves out metrics without an answer, and reads them once for any number of requests', async () => {
    const registry = new Registry()
    let asked = 0
    const read = () => {
      asked += 1
      return new Promise<never>(() => undefined)
    }
    registerMetrics(registry, [{ name: 'test_open', help: 'Test.', labels: ['reason'], read }])
    const texts = await Promise.all(Array.from({ length: 20 }, () => registry.metrics()))
    expect(new Set(texts)).toEqual(new Set(['# HELP test_open Test.\n# TYPE test_open gauge\n']))
    expect(asked).toBe(1)
  })
})

describe('the log', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  /** Logs a mebibyte, in lines, and writes to standard output when it has gone on from there. */
  const script = `
    import { createLogger } from '#platform/telemetry'
    const logger = createLogger({ level: 'warn' })
    for (let line = 0; line < 1_000; line += 1) logger.warn('x'.repeat(1_000))
    setTimeout(() => process.stdout.write('went on', () => process.kill(process.pid, 'SIGKILL')), 50)
  `
  const run = (standardError: number | 'pipe') =>
    spawn(process.execPath, ['--conditions=munim-source', '--input-type=module', '-e', script], {
      cwd: root,
      stdio: ['ignore', 'pipe', standardError],
    })
  const saidBy = async (child: ReturnType<typeof run>) => {
    let said = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    await new Promise((resolve) => child.on('exit', resolve))
    return said
  }

  it.runIf(process.platform === 'linux')('does not end the program when its disk is full', async () => {
    expect(await saidBy(run(openSync('/dev/full', 'w')))).toBe('went on')
  })

  it('does not hold up the program when no process reads it', async () => {
    expect(await saidBy(run('pipe'))).toBe('went on')
  })
})
