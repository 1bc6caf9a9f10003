import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { readConfiguration, roles, rolesWithDatabase, variables } from '#platform/config'
import { beforeTheRest, connectionsOf, connectionsTable, numberIn, purposesInCode, uses } from './connections.ts'

const root = dirname(import.meta.dirname)
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const known: ReadonlySet<string> = new Set(Object.values(variables))
// biome-ignore lint/suspicious/noExplicitAny: the files of other tools have shapes of their own.
type Any = any

const containerfile = read('deploy/Containerfile')
const compose: Any = parse(read('deploy/compose/compose.yaml'), { merge: true })
const manifests: Any[] = globSync('deploy/kubernetes/*.yaml', { cwd: root }).flatMap((path) =>
  parseAllDocuments(read(path)).map((document) => document.toJS()),
)
const ofKind = (kind: string) => manifests.filter((each) => each.kind === kind)
const contract: Any = JSON.parse(read('api/openapi.json'))
const image = Object.fromEntries(
  [...containerfile.matchAll(/\b(MUNIM_\w+)=(\S+)/g)].map(([, name, value]) => [name ?? '', value ?? '']),
)
const port = Number(image.MUNIM_PORT)

/** The settings of a process, as the program reads them. */
function settingsOf(args: readonly string[], environment: Record<string, string>) {
  const all = { ...image, ...environment }
  expect(Object.keys(all).filter((name) => !known.has(name))).toEqual([])
  const configured = readConfiguration(args, all)
  if (!configured.ok) throw new Error(configured.errors.join(' '))
  return configured.configuration
}

test('the image starts the program on the port that it exposes', () => {
  expect(settingsOf([], {})).toMatchObject({ port, host: '0.0.0.0', dataDirectory: '/var/lib/munim' })
  expect(containerfile).toContain(`EXPOSE ${port}\n`)
  expect(containerfile).toContain(`http://127.0.0.1:${port}/healthz`)
  expect(containerfile).toMatch(/ENTRYPOINT \["\/app\/node_modules\/\.bin\/munim"\]\nCMD \["start"\]/)
  expect(JSON.parse(read('package.json')).bin.munim).toBe('bin/munim.js')
  expect(containerfile).toContain(`VOLUME ${image.MUNIM_DATA}`)
})

test('compose runs two processes of each role, with settings that there are', () => {
  const services = Object.entries<Any>(compose.services)
  const processes = services.filter(([, { environment }]) => environment?.MUNIM_ROLES !== undefined)
  expect(processes.map(([, { environment }]) => environment.MUNIM_ROLES).sort()).toEqual([...roles].sort())
  for (const [name, { environment, deploy, image: used }] of processes) {
    const { roles: own, databaseUrl, rails, gateway } = settingsOf([], environment)
    expect([...own]).toEqual([name])
    expect([deploy.replicas, used]).toEqual([2, 'munim'])
    for (const url of gateway?.upstreams ?? [databaseUrl, rails.simulator])
      expect(compose.services).toHaveProperty(new URL(url ?? '').hostname)
  }
  const ofEngines = globSync('deploy/compose/*.env', { cwd: root }).flatMap(
    (path) => read(path).match(/^\w+(?==)/gm) ?? [],
  )
  // The settings of an engine that this program does not have cannot be set either.
  if (known.has('MUNIM_LANES')) expect(ofEngines.filter((name) => !known.has(name))).toEqual([])
})

test('the documented connections of a process are those that the code opens', () => {
  const purposes = [...uses.flatMap((use) => use.purposes), ...beforeTheRest]
  expect(purposes.sort()).toEqual(purposesInCode())
  expect(read('docs/operating/configuration.md')).toContain(`\n${connectionsTable()}\n`)
  expect(read('docs/operating/scaling.md')).toContain(`up to ${connectionsOf(['worker'])} connections`)
})

test('every PostgreSQL has room for the connections of all processes, and of those that replace them', () => {
  const superusers = 3
  const ofCompose = Object.values<Any>(compose.services).reduce((sum, { environment, deploy }) => {
    const own = environment?.MUNIM_ROLES
    return own === undefined ? sum : sum + (deploy.replicas + 1) * connectionsOf([own])
  }, superusers)
  const rooms = [JSON.stringify(compose.services.postgres.command), read('deploy/compose/replica.sh')].map((text) =>
    Number(/max_connections=(\d+)/.exec(text)?.[1]),
  )
  for (const room of rooms) expect(room).toBeGreaterThanOrEqual(ofCompose)
  // A replica refuses to start with less than its primary has.
  expect(new Set(rooms).size).toBe(1)
  const scaled = [...ofKind('HorizontalPodAutoscaler'), ...ofKind('ScaledObject')]
  const ofKubernetes = ofKind('Deployment').reduce((sum, { metadata, spec }) => {
    const most = scaled.find((each) => each.spec.scaleTargetRef.name === metadata.name)?.spec
    const processes =
      (most?.maxReplicas ?? most?.maxReplicaCount ?? spec.replicas) + spec.strategy.rollingUpdate.maxSurge
    return sum + processes * connectionsOf([metadata.labels['app.kubernetes.io/component']])
  }, 0)
  const page = read('docs/operating/deployment.md').replaceAll(/\s+/g, ' ')
  expect(page).toContain(`need up to ${ofKubernetes} connections`)
  const advised = Number(/`max_connections` to at least (\d+)/.exec(page)?.[1])
  expect(advised).toBeGreaterThanOrEqual(ofKubernetes + superusers)
  const [own, watching] = [connectionsOf(rolesWithDatabase), 1]
  const embedded = numberIn('platform/embedded-postgres/server-settings.ts', /max_connections: '(\d+)'/g)
  expect(embedded).toBeGreaterThanOrEqual(own + watching + superusers)
})

test('the files and services that compose names are there', () => {
  for (const { volumes = [], depends_on: needed = [] } of Object.values<Any>(compose.services)) {
    for (const volume of volumes as string[]) {
      const [source = ''] = volume.split(':')
      if (source.startsWith('.')) expect(existsSync(join(root, 'deploy/compose', source)), source).toBe(true)
      else expect(compose.volumes).toHaveProperty(source)
    }
    for (const name of Array.isArray(needed) ? needed : Object.keys(needed))
      expect(compose.services).toHaveProperty(name)
  }
  const brokers = Object.entries<Any>(compose.services).filter(([, { profiles }]) => profiles?.includes('kafka'))
  expect(brokers.map(([name, { environment }]) => `${environment.KAFKA_NODE_ID}@${name}:9093`).join()).toBe(
    brokers[0]?.[1].environment.KAFKA_CONTROLLER_QUORUM_VOTERS,
  )
})

test('only gateways face outside, and reach nothing but the API', () => {
  const services = Object.entries<Any>(compose.services)
  const outside = services.filter(([, { ports }]) => ports?.some((each: string) => each.endsWith(`:${port}`)))
  expect(outside.map(([name]) => name)).toEqual(['gateway'])
  const { networks, volumes, env_file: files } = compose.services.gateway
  expect([networks, volumes, files]).toEqual([['edge'], undefined, undefined])
  const beside = services.filter(([, each]) => each.networks?.includes('edge')).map(([name]) => name)
  expect(beside.sort()).toEqual(['api', 'gateway', 'prometheus', 'rails'])
  const [{ subnet }] = compose.networks.edge.ipam.config
  expect(settingsOf([], compose.services.api.environment).trustedGateways?.blocks).toEqual([subnet])
  const gateways = ofKind('Deployment').find(({ metadata }) => metadata.name === 'munim-gateway')
  const [container] = gateways.spec.template.spec.containers
  expect([container.envFrom, container.volumeMounts, gateways.spec.template.spec.volumes]).toEqual(Array(3))
  const policies = ofKind('NetworkPolicy').map(({ metadata, spec }) => [metadata.name, JSON.stringify(spec)] as const)
  const admitsRequests = policies.filter(([, spec]) => spec.includes('munim.example/requests')).map(([name]) => name)
  expect(admitsRequests).toEqual(['munim-requests'])
  expect(Object.fromEntries(policies)['munim-requests']).toContain('{"app.kubernetes.io/component":"gateway"}')
})

test('the simulator and Prometheus use the ports and paths of the program', () => {
  const [simulator, ...flags] = compose.services.rails.command as string[]
  const help = read('docs/reference/command-line.md')
    .split('## munim ')
    .find((each) => each.startsWith(`${simulator}\n`))
  for (const flag of flags.filter((each) => each.startsWith('--'))) expect(help).toContain(`${flag} <`)
  expect(flags[flags.indexOf('--port') + 1]).toBe(new URL(compose['x-munim'].environment.MUNIM_RAIL_SIMULATOR).port)
  const callbacks = new URL(flags[flags.indexOf('--callback-url') + 1] ?? '')
  expect(contract.paths).toHaveProperty([decodeURI(callbacks.pathname)])
  const [job, ofGateways] = parse(read('deploy/compose/prometheus.yml')).scrape_configs
  expect(job).toMatchObject({ job_name: 'munim', dns_sd_configs: [{ names: [...rolesWithDatabase], port }] })
  const metrics = settingsOf([], compose.services.gateway.environment).gateway?.servicePort
  expect(ofGateways).toMatchObject({
    job_name: 'munim-gateway',
    dns_sd_configs: [{ names: ['gateway'], port: metrics }],
  })
})

test('Kubernetes runs every role with settings, ports and probes of the program', () => {
  const deployments = ofKind('Deployment')
  const [{ data }] = ofKind('ConfigMap')
  const [{ stringData }] = ofKind('Secret')
  const component = 'app.kubernetes.io/component'
  expect(deployments.map(({ spec }) => spec.template.spec.containers[0].args.at(-1)).sort()).toEqual([...roles].sort())
  for (const { metadata, spec } of deployments) {
    const [{ args, ports, volumeMounts = [], ...container }] = spec.template.spec.containers
    expect(args[0]).toBe('start')
    const own = Object.fromEntries((container.env ?? []).map(({ name, value }: Any) => [name, value]))
    const settings = settingsOf(args.slice(1), container.envFrom === undefined ? own : { ...data, ...stringData })
    expect([...settings.roles]).toEqual([metadata.labels[component]])
    expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels)
    const metrics = settings.gateway?.servicePort
    const ofMetrics = metrics === undefined ? [] : [{ name: 'metrics', containerPort: metrics }]
    expect(ports).toEqual([{ name: 'http', containerPort: port }, ...ofMetrics])
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
      expect(contract.paths).toHaveProperty([container[probe].httpGet.path])
    }
    const mounted = volumeMounts.map((each: Any) => each.mountPath)
    const needed = settings.gateway ? [] : [settings.dataDirectory, dirname(settings.rails.file ?? '')]
    expect(mounted).toEqual(needed)
    for (const url of settings.gateway?.upstreams ?? []) {
      const [name, namespace] = new URL(url).hostname.split('.')
      const service = ofKind('Service').find((each) => each.metadata.name === name)
      // Without an address of its own, the name has those of all pods.
      expect([service.metadata.namespace, service.spec.clusterIP]).toEqual([namespace, 'None'])
    }
    // A process ends within ten seconds of the signal, after the pause before it.
    const pause = container.lifecycle?.preStop.sleep.seconds ?? 0
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(10 + pause)
    const budget = ofKind('PodDisruptionBudget').find((each) => each.metadata.name === metadata.name)
    expect(budget?.spec.selector).toEqual(spec.selector)
  }
})

test('autoscalers, services and policies name what there is', () => {
  const names = ofKind('Deployment').map(({ metadata }) => metadata.name)
  const services = ofKind('Service')
  for (const { metadata, spec } of services) {
    const { spec: target } = ofKind('Deployment').find((each) => each.metadata.name === metadata.name)
    expect([spec.selector, spec.ports[0].port]).toEqual([target.selector.matchLabels, port])
  }
  const scaled = [...ofKind('HorizontalPodAutoscaler'), ...ofKind('ScaledObject')]
  expect(scaled.map(({ spec }) => spec.scaleTargetRef.name).sort()).toEqual([
    'munim-api',
    'munim-gateway',
    'munim-worker',
  ])
  for (const { spec } of scaled) expect(names).toContain(spec.scaleTargetRef.name)
  const [{ metadata: asked }] = ofKind('ScaledObject')[0].spec.triggers
  const url = new URL(asked.url)
  expect([url.hostname, url.port]).toEqual(['munim-worker.munim.svc', String(port)])
  const answer = contract.paths[url.pathname].get.responses['200'].content['application/json'].schema
  const schema = answer.$ref ? contract.components.schemas[answer.$ref.split('/').at(-1)] : answer
  expect(schema.properties).toHaveProperty(asked.valueLocation)
  expect(services.map(({ metadata }) => metadata.name)).toContain('munim-worker')
  for (const { spec } of ofKind('NetworkPolicy')) {
    const isOfMetrics = JSON.stringify(spec.podSelector).includes('gateway') && spec.ingress?.[0].ports[0].port !== port
    const wanted = isOfMetrics ? 8081 : port
    for (const { ports } of spec.ingress ?? []) expect(ports).toEqual([{ protocol: 'TCP', port: wanted }])
  }
  const [{ resources }] = ofKind('Kustomization')
  const files = globSync('*.yaml', { cwd: join(root, 'deploy/kubernetes') }).filter(
    (name) => name !== 'kustomization.yaml',
  )
  expect([...resources].sort()).toEqual(files.sort())
})

test('every alert has a section that says what to do, and rules and dashboard use what there is', () => {
  const rules = read('deploy/prometheus/rules.yml')
  const all: Any[] = parse(rules).groups.flatMap((group: Any) => group.rules)
  const alerts = all.filter(({ alert }) => alert !== undefined)
  const sections = [...read('docs/operating/alerts.md').matchAll(/^## (\w+)$/gm)].map(([, name]) => name)
  expect(alerts.map(({ alert }) => alert)).toEqual(sections)
  for (const { alert, annotations, labels } of alerts) {
    expect(annotations.runbook).toBe(`docs/operating/alerts.md#${alert.toLowerCase()}`)
    expect(['critical', 'warning']).toContain(labels.severity)
  }
  const dashboard = read('deploy/grafana/munim.json')
  const ids = JSON.parse(dashboard).panels.map(({ id }: Any) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const recorded = new Set(all.map(({ record }) => record))
  const used = [...`${rules}${dashboard}`.matchAll(/\bmunim:\w+(?::\w+)+/g)].map(([name]) => name)
  expect(used.filter((name) => !recorded.has(name))).toEqual([])
  const documented = read('docs/operating/metrics.md')
  const metrics = [...`${rules}${dashboard}`.matchAll(/\bmunim_\w+/g)].map(([name]) => name)
  const isDocumented = (name: string) => documented.includes(`\`${name}\``)
  expect(
    metrics.filter((name) => !isDocumented(name) && !isDocumented(name.replace(/_(bucket|count|sum)$/, ''))),
  ).toEqual([])
})

const hasPromtool = spawnSync('promtool', ['--version']).status === 0
test.runIf(hasPromtool)('promtool accepts the rules', () => {
  const checked = spawnSync('promtool', ['check', 'rules', join(root, 'deploy/prometheus/rules.yml')], {
    encoding: 'utf8',
  })
  expect(checked.status, checked.stderr).toBe(0)
})
