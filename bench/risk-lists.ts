import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ListFile, ListFiles } from '#risk'

/** The files of a folder, under the names by which they are published. */
export function readLists(folder: string): ListFiles {
  const file = (name: string): ListFile => ({ name, content: readFileSync(join(folder, name)) })
  return {
    ofac: { sdn: file('sdn.csv'), alt: file('alt.csv'), add: file('add.csv') },
    un: file('UN_consolidated.xml'),
  }
}

/** A generator of numbers from 0 to 1 that starts the same each time. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const given =
  'mohammad ali hassan ahmed vladimir sergei ivan jose maria carlos abdul omar li wei kim jong yusuf elena olga juan'
const ends = 'ov enko ev ez son sen ani zadeh ic ski ar in al ad oun ur eh ian iri ali'.split(' ')
const middles = 'ka ro mi te la su no ha ber gor dam fer zul qas vel nar pet hul'.split(' ')

export function pick(random: () => number, from: readonly string[]): string {
  return from[Math.floor(random() * from.length)] ?? ''
}

function surname(random: () => number): string {
  const parts = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(random, middles))
  return (parts.join('') + pick(random, ends)).toUpperCase()
}

export function inventName(random: () => number): string {
  const first = Array.from({ length: 1 + Math.floor(random() * 2) }, () => pick(random, given.split(' ')))
  return `${surname(random)}, ${first.join(' ')}`
}

/** Files of the form and about the size of the published ones, with invented people and companies. */
export function inventLists(): ListFiles {
  const random = seeded(7)
  const sdn: string[] = []
  const alt: string[] = []
  const add: string[] = []
  for (let number = 1; number <= 9000; number += 1) {
    const person = random() < 0.6
    const name = person ? inventName(random) : `${surname(random)} ${pick(random, ['TRADING', 'SHIPPING', 'BANK'])} LLC`
    const born = `DOB ${1 + Math.floor(random() * 28)} Jan ${1940 + Math.floor(random() * 60)}`
    sdn.push(
      `${number},"${name}",${person ? '"individual"' : '-0- '},"X"${',-0- '.repeat(7)},"${born}; Passport P${number}7."`,
    )
    for (let at = 0; at < 2; at += 1)
      alt.push(`${number},${number * 2 + at},"aka","${person ? inventName(random) : surname(random)}",-0- `)
    add.push(`${number},${number},-0- ,"Somewhere","Panama",-0- `)
  }
  const file = (name: string, rows: readonly string[]): ListFile => ({
    name,
    content: `${rows.join('\r\n')}\r\n\u001a`,
  })
  return { ofac: { sdn: file('sdn.csv', sdn), alt: file('alt.csv', alt), add: file('add.csv', add) } }
}
