import type { Munim } from '@munim/sdk'
import type { AssetScales } from './line-values.ts'
import type { Template } from './template.ts'

export async function findAssets(munim: Munim, template: Template): Promise<AssetScales> {
  if (template.columns.length === 0) {
    const { code, scale } = await munim.assets.get(template.fill([]))
    return new Map([[code, scale]])
  }
  const scales = new Map<string, number>()
  for await (const { code, scale } of munim.assets.list()) scales.set(code, scale)
  return scales
}
