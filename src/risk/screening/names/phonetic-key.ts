/** Letters that names swap between languages and spellings share a class. Vowels and h have none. */
const classes = new Map(
  ['bpfvw:b', 'ckgqxj:k', 'sz:s', 'dt:d', 'lr:l', 'mn:m'].flatMap((line) => {
    const [letters = '', key = ''] = line.split(':')
    return [...letters].map((letter) => [letter, key] as const)
  }),
)

/** Consonants by class, without repetitions; a leading vowel counts as one. Names that sound alike mostly share it. */
export function phoneticKey(text: string): string {
  let key = /^[aeiouy]/.test(text) ? 'a' : ''
  for (const letter of text) {
    const sound = classes.get(letter)
    if (sound !== undefined && !key.endsWith(sound)) key += sound
  }
  return key
}
