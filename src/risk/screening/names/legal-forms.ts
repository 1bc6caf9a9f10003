/**
 * The legal form of an organization, in its many spellings. Two forms of one class are the same form in two languages or
 * years; forms of two classes are two companies.
 */
export type LegalForm = 'limited' | 'stock' | 'incorporated' | 'partnership' | 'mexican' | 'other'

/** A form, and whether it is so general that it agrees with each. */
const forms: readonly (readonly [LegalForm, readonly string[]])[] = [
  [
    'limited',
    [
      'limited liability company',
      'limited liability co',
      'llc',
      'l l c',
      'ltd',
      'limited',
      'private limited',
      'pvt ltd',
      'pte ltd',
      'pte',
      'pvt',
      'pty ltd',
      'pty',
      'ooo',
      'o o o',
      'obshchestvo s ogranichennoy otvetstvennostyu',
      'tov',
      'too',
      'gmbh',
      'g m b h',
      'gesellschaft mit beschrankter haftung',
      'sarl',
      's a r l',
      'srl',
      's r l',
      's de r l',
      'societatea cu raspundere limitata',
      'societe a responsabilite limitee',
      'sociedad de responsabilidad limitada',
      'ltda',
      'limitada',
      'bv',
      'b v',
      'bvba',
      'b v b a',
      'sp z o o',
      'sp zoo',
      'spolka z ograniczona odpowiedzialnoscia',
      'doo',
      'd o o',
      'ood',
      'eood',
      'oy',
      'aps',
      'fze',
      'fzco',
      'fzc',
      'fz llc',
      'sdn bhd',
      'limited liability partnership',
      'llp',
      'sirketi',
      'ltd sti',
      'limited sirketi',
      'uab',
      'sia',
      'kft',
    ],
  ],
  [
    'stock',
    [
      'joint stock company',
      'open joint stock company',
      'closed joint stock company',
      'public joint stock company',
      'public joint stock',
      'jsc',
      'ojsc',
      'oao',
      'pjsc',
      'pao',
      'zao',
      'cjsc',
      'ao',
      'ag',
      'aktiengesellschaft',
      'plc',
      'p l c',
      'public limited company',
      'sa',
      's a',
      'societe anonyme',
      'sociedad anonima',
      'nv',
      'n v',
      'spa',
      's p a',
      'ab',
      'asa',
      'a s',
      'as',
      'anonim sirketi',
      'oyj',
      'kk',
      'k k',
      'bhd',
      'tbk',
      'sas',
      's a s',
      'ad',
      'nyrt',
      'zrt',
      'saog',
      'psc',
    ],
  ],
  ['mexican', ['sa de cv', 's a de c v', 's de r l de c v', 's de rl de cv']],
  ['incorporated', ['inc', 'incorporated', 'corp', 'corporation']],
  ['partnership', ['lp', 'l p', 'limited partnership', 'kg', 'gmbh co kg', 'gmbh and co kg']],
  [
    'other',
    [
      'co',
      'company',
      'co ltd',
      'company limited',
      'cie',
      'compania',
      'pt',
      'cv',
      'est',
      'eurl',
      'ev',
      'e v',
      'na',
      'n a',
    ],
  ],
]

const phrases = new Map<string, LegalForm>(forms.flatMap(([form, texts]) => texts.map((text) => [text, form] as const)))
const wordsMax = Math.max(...[...phrases.keys()].map((text) => text.split(' ').length))

/** Forms that are written before the name; elsewhere these words are words. */
const beforeOnly = new Set(['pt', 'too', 'cv'])
/** Words that are a form only at the end. */
const endOnly = new Set([
  'as',
  'a s',
  'co',
  'sa',
  's a',
  'ad',
  'ag',
  'ab',
  'est',
  'na',
  'n a',
  'company',
  'oy',
  'spa',
  'kg',
  'sia',
])

export type FoundForms = {
  readonly words: readonly string[]
  readonly form: LegalForm | undefined
  readonly text: string
}

/** Takes the legal forms out of a name, longest first. A name that is nothing else stays as it is. */
export function takeLegalForms(words: readonly string[]): FoundForms {
  const left: string[] = []
  const found: { readonly form: LegalForm; readonly text: string }[] = []
  let at = 0
  while (at < words.length) {
    const match = longestAt(words, at)
    if (match === undefined) left.push(words[at] ?? '')
    else found.push(match)
    at += match?.count ?? 1
  }
  if (left.length === 0) return { words, form: undefined, text: '' }
  const main = found.find(({ form }) => form !== 'other') ?? found[0]
  return { words: left, form: main?.form, text: found.map(({ text }) => text).join(' ') }
}

function longestAt(words: readonly string[], at: number) {
  for (let count = Math.min(wordsMax, words.length - at); count > 0; count -= 1) {
    const text = words.slice(at, at + count).join(' ')
    const form = phrases.get(text)
    if (form === undefined) continue
    if (endOnly.has(text) && at === 0) continue
    if (beforeOnly.has(text) && at > 0) continue
    return { form, text, count }
  }
  return undefined
}

/** `other` and no form agree with every form. */
export function formsConflict(one: LegalForm | undefined, other: LegalForm | undefined): boolean {
  if (one === undefined || other === undefined || one === 'other' || other === 'other') return false
  return one !== other
}
