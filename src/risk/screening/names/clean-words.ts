import { toAscii } from '#platform/transliteration'

/** Nothing after so many characters is read: no name on a list is half as long. */
export const charactersMax = 600
export const wordsMax = 24
export const wordLengthMax = 40

/** How the writing of a word limits what its letters say. */
export type Writing = 'letters' | 'no_vowels' | 'signs'

export type CleanWord = {
  /** Lower-case ASCII letters and digits. */
  readonly text: string
  readonly writing: Writing
  /** It stood in brackets. */
  readonly aside: boolean
  /** It was one of several letters with dots, such as J.-C. */
  readonly dotted: boolean
}

export type CleanText = {
  readonly words: readonly CleanWord[]
  /** The words before the first comma, when the name is written as `LAST, First`. */
  readonly beforeComma: number
  readonly truncated: boolean
}

const invisible = /[\p{Cf}\u115F\u1160\u3164\uFFA0]/gu
const marks = /[\p{Mn}\p{Me}]/gu
const withoutVowels =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thai}\p{Script=Khmer}\p{Script=Lao}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}]/u
const signs = /[\p{Script=Han}\p{Script=Hangul}]/u
const latin = /\p{Script=Latin}/u
const cyrillicOrGreek = /[\p{Script=Cyrillic}\p{Script=Greek}]/u
const quotes = /['’‘`´ʼʻʿʾ′"“”„«»]/gu
const pieces = /[\p{L}\p{N}\p{Mn}\p{Mc}]+|[.,()[\]&]/gu
const plain = /^[a-z0-9 ]+$/

/** Letters of other scripts that look like Latin ones. They are used to hide a name from a comparison. */
const lookalikes = new Map(
  'аa еe оo рp сc уy хx іi јj ѕs ԁd һh кk мm тt вb нh ӏl αa οo ρp νv ιi κk τt υu χx εe'
    .split(' ')
    .map(([sign = '', letter = '']) => [sign, letter] as const),
)

/**
 * The words of a name in lower-case ASCII: one form for all writings, without marks, signs that cannot be seen, and
 * letters of another script that look like Latin ones. The work is bounded by `charactersMax`.
 */
export function cleanWords(name: string): CleanText {
  const text = readable(name).replaceAll(quotes, '')
  const words: CleanWord[] = []
  let beforeComma = 0
  let depth = 0
  const found = text.match(pieces) ?? []
  for (const [at, piece] of found.entries()) {
    if (piece === ',') beforeComma ||= words.length
    else if (piece === '(' || piece === '[') depth += 1
    else if (piece === ')' || piece === ']') depth -= 1
    else if (piece === '&') words.push({ text: 'and', writing: 'letters', aside: false, dotted: false })
    else if (piece !== '.') addWords(words, { piece, aside: depth > 0, dotted: found[at + 1] === '.' })
    if (words.length > wordsMax) break
  }
  const truncated = name.length > charactersMax || words.length > wordsMax
  return { words: words.slice(0, wordsMax), beforeComma, truncated }
}

/** The part of a text that is read, without signs that cannot be seen, and with one form for each sign. */
export function readable(text: string): string {
  const cut = text.length > charactersMax ? text.slice(0, charactersMax) : text
  return cut.normalize('NFKC').slice(0, charactersMax).replaceAll(invisible, '')
}

type Piece = { readonly piece: string; readonly aside: boolean; readonly dotted: boolean }

function addWords(words: CleanWord[], { piece, aside, dotted }: Piece): void {
  const lower = piece.toLowerCase()
  const add = (text: string, writing: Writing) => {
    const ascii = text.slice(0, wordLengthMax)
    if (ascii !== '') words.push({ text: ascii, writing, aside, dotted: dotted && ascii.length === 1 })
  }
  if (plain.test(lower)) {
    add(lower, 'letters')
    return
  }
  if (signs.test(piece)) {
    for (const sign of piece) add(lettersOf(sign), signs.test(sign) ? 'signs' : 'letters')
    return
  }
  const writing = withoutVowels.test(piece) ? 'no_vowels' : 'letters'
  const seen = latin.test(piece) ? piece.normalize('NFD').replaceAll(marks, '').normalize('NFC') : piece
  if (writing === 'no_vowels' && seen.startsWith('ال') && seen.length > 4) {
    add('al', 'letters')
    add(lettersOf(seen.slice(2)), writing)
  } else add(lettersOf(unmasked(seen.toLowerCase())), writing)
}

function unmasked(lower: string): string {
  if (!latin.test(lower) || !cyrillicOrGreek.test(lower)) return lower
  return [...lower].map((sign) => lookalikes.get(sign) ?? sign).join('')
}

function lettersOf(text: string): string {
  return toAscii(text)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
}
