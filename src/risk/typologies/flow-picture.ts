import { amountText, type Timestamp } from '#kernel'
import { type TransferRow, transferOfRow } from './transfer.ts'

/** Accounts and what flowed between them, without a layout. JSON. */
export type FlowPicture = {
  readonly nodes: readonly FlowNode[]
  readonly edges: readonly FlowEdge[]
  /** Edges of the smallest sums that were left out. */
  readonly edgesOmitted: number
}

export type FlowNode = {
  readonly account: string
  readonly isSubject: boolean
  /** Sums in the picture, as digits, by asset. */
  readonly came: Readonly<Record<string, string>>
  readonly left: Readonly<Record<string, string>>
}

export type FlowEdge = {
  readonly source: string
  readonly destination: string
  readonly asset: string
  readonly total: string
  readonly transfers: number
  readonly first: Timestamp
  readonly last: Timestamp
}

/** Made of findings; those of one alert make its picture. */
export type Pictured = { readonly subjects: readonly string[]; readonly transfers: readonly TransferRow[] }

const edgesMax = 60

/** The flow of some findings. A transfer in several of them is counted once. Edges are in order of their first transfer. */
export function flowPicture(findings: readonly Pictured[]): FlowPicture {
  const subjects = new Set(findings.flatMap((finding) => finding.subjects))
  const transfers = new Map(findings.flatMap((finding) => finding.transfers.map((row) => [row[0], transferOfRow(row)])))
  const edges = new Map<string, FlowEdge>()
  for (const { source, destination, asset, amount, at } of transfers.values()) {
    const key = JSON.stringify([source, destination, asset])
    const edge = edges.get(key)
    edges.set(key, {
      source,
      destination,
      asset,
      total: (BigInt(edge?.total ?? 0) + amount).toString(),
      transfers: (edge?.transfers ?? 0) + 1,
      first: Math.min(edge?.first ?? at, at),
      last: Math.max(edge?.last ?? at, at),
    })
  }
  const bySum = [...edges.values()].sort((one, other) => compare(BigInt(other.total), BigInt(one.total)))
  const shown = bySum
    .slice(0, edgesMax)
    .sort((one, other) => one.first - other.first || compare(keyOf(one), keyOf(other)))
  return { nodes: nodesOf(shown, subjects), edges: shown, edgesOmitted: bySum.length - shown.length }
}

/** The same as a Mermaid flowchart. Subjects are framed twice. */
export function flowMermaid({ nodes, edges, edgesOmitted }: FlowPicture): string {
  const names = new Map(nodes.map(({ account }, at) => [account, `n${at}`]))
  const lines = [
    'flowchart LR',
    ...nodes.map(({ account, isSubject }) => {
      const label = `"${escaped(account)}"`
      return `  ${names.get(account)}${isSubject ? `[[${label}]]` : `[${label}]`}`
    }),
    ...edges.map(({ source, destination, asset, total, transfers }) => {
      const times = transfers === 1 ? '' : `, ${transfers} transfers`
      return `  ${names.get(source)} -->|"${escaped(amountText(BigInt(total), asset))}${times}"| ${names.get(destination)}`
    }),
  ]
  if (edgesOmitted > 0) lines.push(`  %% ${edgesOmitted} smaller flows are not shown`)
  return `${lines.join('\n')}\n`
}

function nodesOf(edges: readonly FlowEdge[], subjects: ReadonlySet<string>): FlowNode[] {
  const accounts = new Set(edges.flatMap(({ source, destination }) => [source, destination]))
  const sums = (account: string, side: 'source' | 'destination') => {
    const byAsset: Record<string, string> = {}
    for (const edge of edges) {
      if (edge[side] !== account) continue
      byAsset[edge.asset] = (BigInt(byAsset[edge.asset] ?? 0) + BigInt(edge.total)).toString()
    }
    return byAsset
  }
  return [...accounts].map((account) => ({
    account,
    isSubject: subjects.has(account),
    came: sums(account, 'destination'),
    left: sums(account, 'source'),
  }))
}

function keyOf({ source, destination, asset }: FlowEdge): string {
  return JSON.stringify([source, destination, asset])
}

function compare<Value extends bigint | string>(one: Value, other: Value): number {
  return one === other ? 0 : one < other ? -1 : 1
}

/** Names of accounts are text of others: nothing in them may end the label, or be markup. */
function escaped(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} .,:@/_+-]/gu, (sign) => `#${sign.codePointAt(0)};`)
}
