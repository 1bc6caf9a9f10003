/** Names of countries that lists and people use besides those of Unicode. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  CD: ['democratic republic of the congo', 'congo democratic republic of the', 'drc', 'zaire'],
  CG: ['republic of the congo', 'congo'],
  CI: ["cote d'ivoire", 'ivory coast'],
  CN: ["people's republic of china", 'china mainland', 'prc'],
  CZ: ['czech republic'],
  FM: ['micronesia'],
  GB: ['uk', 'great britain', 'england', 'scotland', 'wales', 'united kingdom of great britain and northern ireland'],
  HK: ['hong kong'],
  IR: ['iran', 'iran islamic republic of', 'islamic republic of iran'],
  KP: ["democratic people's republic of korea", 'north korea', 'korea north', 'dprk'],
  KR: ['republic of korea', 'south korea', 'korea south', 'korea republic of'],
  LA: ["lao people's democratic republic", 'laos'],
  LY: ['libya', 'libyan arab jamahiriya'],
  MD: ['republic of moldova', 'moldova'],
  MK: ['north macedonia', 'macedonia', 'the former yugoslav republic of macedonia'],
  MM: ['burma', 'myanmar'],
  MO: ['macau', 'macao'],
  PS: [
    'palestine',
    'palestinian',
    'west bank',
    'gaza',
    'region: gaza',
    'state of palestine',
    'occupied palestinian territory',
  ],
  RU: ['russia', 'russian federation', 'ussr'],
  SY: ['syria', 'syrian arab republic'],
  SZ: ['swaziland'],
  TR: ['turkey', 'turkiye'],
  TW: ['taiwan'],
  TZ: ['tanzania', 'united republic of tanzania'],
  US: ['usa', 'united states of america', 'united states'],
  VA: ['holy see', 'vatican'],
  VE: ['venezuela', 'venezuela bolivarian republic of'],
  VN: ['vietnam', 'viet nam'],
  BO: ['bolivia', 'plurinational state of bolivia'],
  BS: ['the bahamas', 'bahamas the'],
  GM: ['the gambia', 'gambia the'],
  BN: ['brunei darussalam'],
  XK: ['kosovo'],
}

function plain(name: string): string {
  return name
    .slice(0, 100)
    .normalize('NFD')
    .toLowerCase()
    .replaceAll('&', 'and')
    .replaceAll(/[^a-z' ]/g, '')
    .trim()
    .replaceAll(/\s+/g, ' ')
}

function readNames(): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const display = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
  for (let at = 0; at < 26 * 26; at += 1) {
    const code = String.fromCharCode(65 + Math.floor(at / 26), 65 + (at % 26))
    const name = display.of(code)
    if (name !== undefined && !/^(X[A-JL-Z]|Q|ZZ|EU|EZ|UN|SU|UK)/.test(code)) names.set(plain(name), code)
  }
  for (const [code, list] of Object.entries(aliases)) for (const name of list) names.set(plain(name), code)
  return names
}

const names = readNames()
const codes = new Set(names.values())

/** The ISO 3166 code of a country by its code or an English name; undefined: it is not known. */
export function countryCode(text: string): string | undefined {
  const upper = text.trim().toUpperCase()
  if (codes.has(upper)) return upper
  return names.get(plain(text))
}
