import {
  type AlertChange,
  createDetector,
  type Detector,
  defaultBounds,
  type Finding,
  type FlowTransfer,
  type Pattern,
} from '#risk'

export type Found = { readonly finding: Finding; readonly alert: AlertChange; readonly place: number }

export type Detection = {
  readonly detector: Detector
  readonly found: readonly Found[]
  /** By the id of a transfer, its place in the stream. */
  readonly places: ReadonlyMap<string, number>
  readonly findings: number
  readonly opened: number
  readonly latenciesMs: readonly number[]
  /** Processor time of all threads, collection of garbage included. */
  readonly cpuMs: number
}

export function detect(transfers: readonly FlowTransfer[], patterns: readonly Pattern[]): Detection {
  const detector = createDetector({ patterns, lateSeconds: 3_600, bounds: defaultBounds })
  const found: Found[] = []
  const latenciesMs: number[] = []
  const before = process.cpuUsage()
  for (const [place, transfer] of transfers.entries()) {
    const started = performance.now()
    const { findings } = detector.observe(transfer)
    latenciesMs.push(performance.now() - started)
    for (const { finding, alert } of findings) found.push({ finding, alert, place })
  }
  const { user, system } = process.cpuUsage(before)
  return {
    detector,
    found,
    places: new Map(transfers.map(({ id }, place) => [id, place])),
    findings: new Set(found.map(({ finding }) => finding.id)).size,
    opened: found.filter(({ alert }) => alert.change === 'opened').length,
    latenciesMs,
    cpuMs: (user + system) / 1_000,
  }
}

export function perSecond({ latenciesMs }: Detection): number {
  return Math.round((latenciesMs.length * 1_000) / latenciesMs.reduce((sum, ms) => sum + ms, 0))
}

export function rateText(detection: Detection): string {
  const ofCpu = Math.round((detection.latenciesMs.length * 1_000) / detection.cpuMs)
  return `${perSecond(detection)} a second, ${ofCpu} a second of processor time`
}
