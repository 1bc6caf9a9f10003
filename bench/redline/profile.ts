/** What `node --cpu-prof` writes, as far as it is read. */
export type CpuProfile = {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** Seconds of CPU in a part of the program, and their part of all of them. */
export type StageShare = { readonly stage: string; readonly seconds: number; readonly share: number }

/** The time in each part's own functions, without that when the process was idle; the most first. */
export function shareByStage({ nodes, samples, timeDeltas }: CpuProfile): StageShare[] {
  const stages = new Map(nodes.map(({ id, callFrame }) => [id, stageOf(callFrame)]))
  const micros = new Map<string, number>()
  for (const [at, id] of samples.entries()) {
    const stage = stages.get(id)
    if (stage === undefined || stage === 'idle') continue
    micros.set(stage, (micros.get(stage) ?? 0) + (timeDeltas[at] ?? 0))
  }
  const total = [...micros.values()].reduce((sum, each) => sum + each, 0)
  return [...micros]
    .map(([stage, each]) => ({ stage, seconds: each / 1e6, share: total === 0 ? 0 : each / total }))
    .sort((one, other) => other.seconds - one.seconds)
}

function stageOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  if (functionName === '(idle)') return 'idle'
  if (functionName === '(garbage collector)') return 'garbage collection'
  if (functionName === '(program)') return 'system calls'
  const [, library] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? []
  if (library !== undefined) return `package ${library}`
  const [, platform] = /\/src\/(platform\/[^/]+)\//.exec(url) ?? []
  if (platform !== undefined) return platform
  const [, module] = /\/(?:src|dist)\/([^/]+)\//.exec(url) ?? []
  if (module !== undefined) return url.includes('/rail-simulator/') ? 'rail-simulator' : module
  if (url === '') return 'native code'
  const [, node] = /^node:(?:internal\/)?([a-z_]+)/.exec(url) ?? []
  return node === undefined ? 'start' : `node ${node}`
}
