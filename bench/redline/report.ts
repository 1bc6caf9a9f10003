import { laneNames, lanePolicies } from '#lanes'
import { percent, type RedlineResult, type StepResult } from './result.ts'

const width = 680
const height = 220
const margin = { left: 56, right: 12, top: 10, bottom: 26 }
const colors = ['#c2410c', '#1d4ed8', '#047857', '#7c3aed', '#b45309', '#0e7490', '#4b5563', '#be185d']

type Point = readonly [x: number, y: number]
type Line = { readonly name: string; readonly points: readonly Point[] }
type Chart = { readonly title: string; readonly x: string; readonly lines: readonly Line[]; readonly isLog?: boolean }

/** One page without anything from elsewhere. */
export function renderReport(result: RedlineResult): string {
  const [first] = result.breaches
  const reached = result.heldPerSecond / result.normal
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Munim: the red line</title><style>
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1917}
table{border-collapse:collapse;margin:.5rem 0}td,th{padding:.2rem .7rem;text-align:right;border-bottom:1px solid #d6d3d1}
td:first-child,th:first-child{text-align:left}svg text{font:12px system-ui,sans-serif;fill:#57534e}.key{display:inline-block;
width:.8rem;height:.8rem;margin:0 .3rem 0 .9rem;border-radius:2px}
</style></head><body>
<h1>The red line, with the ${escaped(result.engine)} engine</h1>
<p>${escaped(result.begunAt)}, on ${escaped(result.machine)}. An ordinary day is ${result.normal} payments a second; a step is
${result.secondsAStep} s; the rails take ${result.railLatencyMs} ms. Of 20 requests 12 pay from wallet to wallet, 3 by card, 2 in
lane instant, 2 in lane bulk, and one refunds.</p>
<p><strong>Held: ${result.heldPerSecond} requests a second</strong>, ${reached} times the ordinary day. ${
    first === undefined
      ? 'Nothing broke.'
      : `At ${result.steps.at(-1)?.perSecond} a second the first thing broke after ${first.second.toFixed(1)} s: <strong>${escaped(first.what)}</strong>.`
  }</p>
${
  result.breaches.length > 1
    ? `<p>Then: ${escaped(
        result.breaches
          .slice(1)
          .map(({ what }) => what)
          .join('; '),
      )}.</p>`
    : ''
}
<p>After the load everything was done within ${result.drainedSeconds.toFixed(1)} s, and the verification found ${
    result.findings.length === 0 ? 'the books in order' : escaped(result.findings.join('; '))
  }.</p>
<h2>What to tune</h2><ul>${result.advice.map((each) => `<li>${escaped(each)}</li>`).join('')}</ul>
<h2>Steps</h2>${stepsTable(result.steps)}
${chartOf({
  title: 'Answers by load (ms)',
  x: 'requests a second',
  isLog: true,
  lines: (['p50Ms', 'p99Ms'] as const).map((name) => ({
    name: name.replace('Ms', ''),
    points: result.steps.map((step) => [step.perSecond, step[name]] as const),
  })),
})}
${chartOf({ title: 'Oldest message by lane (ms)', x: 'seconds', isLog: true, lines: lagLines(result.steps) })}
${chartOf({ title: 'Processors used', x: 'requests a second', lines: coreLines(result.steps) })}
<h2>Where the processors' time went</h2>${stagesTables(result.stages)}
<h2>Statements by the database's time</h2>
${topTable(result.top)}
<h2>What the database's connections were at</h2>
${table(
  ['connection, what it waits for: statement', 'on average'],
  result.statements.map(({ what, connections }) => [what, connections.toFixed(2)]),
)}
</body></html>
`
}

function topTable(top: RedlineResult['top']): string {
  const rows = top.map(({ text, calls, seconds, meanMs }) => [text, calls, seconds.toFixed(1), meanMs.toFixed(3)])
  return table(['statement', 'calls', 'seconds', 'mean ms'], rows)
}

function stepsTable(steps: readonly StepResult[]): string {
  const head = ['× normal', 'requests/s', 'p50 ms', 'p99 ms', 'failed', ...laneNames.map((lane) => `${lane} in time`)]
  const rows = steps.map((step) => [
    ...[step.multiple, step.perSecond, step.p50Ms.toFixed(1), step.p99Ms.toFixed(1), step.failed],
    ...laneNames.map((lane) => (step.attainment[lane] === undefined ? '–' : percent(step.attainment[lane]))),
  ])
  const slas = laneNames.map((lane) => `${lane} ${lanePolicies[lane].slaMs} ms`).join(', ')
  return `${table(head, rows)}<p>In time: begun within the lane's SLA (${slas}).</p>`
}

function lagLines(steps: readonly StepResult[]): Line[] {
  return laneNames.map((lane) => {
    let begun = 0
    const points = steps.flatMap((step) => {
      const own = step.samples.map(({ second, lagMs }): Point => [begun + second, lagMs[lane] ?? 0])
      begun += step.seconds
      return own
    })
    return { name: lane, points }
  })
}

function coreLines(steps: readonly StepResult[]): Line[] {
  const names = Object.keys(steps[0]?.cores ?? {})
  return names.map((name) => ({ name, points: steps.map(({ perSecond, cores }) => [perSecond, cores[name] ?? 0]) }))
}

function stagesTables(stages: RedlineResult['stages']): string {
  return Object.entries(stages)
    .map(([name, shares]) => {
      const rows = shares.slice(0, 12).map(({ stage, seconds, share }) => [stage, seconds.toFixed(1), percent(share)])
      return `<h3>${escaped(name)}</h3>${table(['part of the program', 'seconds', 'share'], rows)}`
    })
    .join('')
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const row = (cells: readonly (string | number)[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(String(cell))}</${tag}>`).join('')}</tr>`
  return `<table>${row(head, 'th')}${rows.map((cells) => row(cells, 'td')).join('')}</table>`
}

function chartOf({ title, x, lines, isLog = false }: Chart): string {
  const points = lines.flatMap((line) => line.points)
  const xMax = Math.max(1, ...points.map(([at]) => at))
  const yMax = Math.max(1, ...points.map(([, value]) => value))
  const scaled = (value: number) => (isLog ? Math.log10(1 + value) / Math.log10(1 + yMax) : value / yMax)
  const left = (at: number) => margin.left + (at / xMax) * (width - margin.left - margin.right)
  const top = (value: number) => height - margin.bottom - scaled(value) * (height - margin.top - margin.bottom)
  const drawn = lines.map(({ points: own }, at) => {
    const path = own.map(([one, value]) => `${left(one).toFixed(1)},${top(value).toFixed(1)}`).join(' ')
    return `<polyline fill="none" stroke="${colors[at % colors.length]}" stroke-width="2" points="${path}"/>`
  })
  const ticks = isLog ? [0, 1, 10, 100, 1_000, 10_000, 100_000].filter((tick) => tick <= yMax) : [0, yMax / 2, yMax]
  const grid = ticks.map((tick) => {
    const y = top(tick).toFixed(1)
    const label = Number(tick.toFixed(2))
    return `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y}" y2="${y}" stroke="#e7e5e4"/><text x="${margin.left - 6}" y="${y}" text-anchor="end" dominant-baseline="middle">${label}</text>`
  })
  const names = lines.map(
    ({ name }, at) => `<span class="key" style="background:${colors[at % colors.length]}"></span>${escaped(name)}`,
  )
  return `<h3>${escaped(title)}</h3><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">${grid.join('')}${drawn.join('')}
<text x="${width - margin.right}" y="${height - 6}" text-anchor="end">${escaped(x)}, up to ${Math.round(xMax)}</text></svg><p>${names.join('')}</p>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
