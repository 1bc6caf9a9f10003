import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { whatShips } from './bill-of-materials.ts'
import { isAllowed, notAllowed, readLock, shippedPackages } from './licenses.ts'

it('every package that ships has a license that is allowed', () => {
  const packages = shippedPackages(readLock(dirname(import.meta.dirname)))
  expect(packages.map(({ name }) => name)).toEqual(expect.arrayContaining(['fastify', 'pg', 'oidc-provider']))
  expect(notAllowed(packages)).toEqual([])
})

it.each([
  ['MIT', true],
  ['GPL-3.0-only', false],
  ['(MIT OR GPL-3.0-only)', true],
  ['MIT AND GPL-3.0-only', false],
  ['(MIT OR GPL-2.0) AND ISC', true],
  ['MIT AND (GPL-2.0 OR AGPL-3.0)', false],
  ['SEE LICENSE IN LICENSE', false],
  ['', false],
])('%s: %s', (expression, may) => {
  expect(isAllowed(expression)).toBe(may)
})

it('names what is not allowed or states nothing, and leaves out what does not ship', () => {
  const packages = {
    '': { version: '1.0.0' },
    sdk: { version: '1.0.0' },
    'node_modules/@munim/sdk': { link: true },
    'node_modules/good': { version: '1.0.0', license: 'MIT' },
    'node_modules/good/node_modules/bad': { version: '2.0.0', license: 'AGPL-3.0' },
    'node_modules/mute': { version: '3.0.0' },
    'node_modules/tool': { version: '4.0.0', license: 'GPL-3.0', dev: true },
  }
  const shipped = shippedPackages({ packages })
  expect(shipped.map(({ name }) => name)).toEqual(['bad', 'good', 'mute'])
  expect(notAllowed(shipped)).toEqual(['bad 2.0.0: AGPL-3.0', 'mute 3.0.0: states no license'])
})

it('the bill of materials has what ships and our own packages, and nothing else', () => {
  const component = (name: string, ref = `${name}@1.0.0`) => ({ 'bom-ref': ref, name, version: '1.0.0' })
  const bill = {
    bomFormat: 'CycloneDX',
    metadata: { component: component('checkout', 'munim@1.0.0') },
    components: [component('sdk', '@munim/sdk@1.0.0'), component('good'), component('tool')],
    dependencies: [
      { ref: 'munim@1.0.0', dependsOn: ['good@1.0.0', 'tool@1.0.0'] },
      { ref: 'tool@1.0.0', dependsOn: ['good@1.0.0'] },
    ],
  }
  expect(whatShips(bill, [{ name: 'good', version: '1.0.0', license: 'MIT' }])).toEqual({
    bomFormat: 'CycloneDX',
    metadata: { component: component('munim') },
    components: [component('@munim/sdk'), component('good')],
    dependencies: [{ ref: 'munim@1.0.0', dependsOn: ['good@1.0.0'] }],
  })
})
