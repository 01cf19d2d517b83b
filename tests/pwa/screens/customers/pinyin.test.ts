import { describe, expect, it } from 'vitest'
import { pinyinInitials, searchText } from '@/screens/customers/pinyin'

describe('pinyinInitials', () => {
  it.each([
    ['澄湖制冷设备', 'chzlsb'],
    ['苏州永利食品有限公司', 'szylspyxgs'],
    ['无锡恒达冷链', 'wxhdll'],
    ['宁波北仑', 'nbbl'],
    ['上海嘉定', 'shjd'],
    ['昆山 Apple 3号库', 'ksa3hk'],
    ['Blue River Hotel', 'brh'],
    ['阿房宫', 'afg'],
    ['欧派', 'op'],
    ['日升', 'rs'],
    ['中国·石油（总部）', 'zgsyzb'],
    ['', ''],
    ['——', ''],
  ])('%s → %s', (name, initials) => {
    expect(pinyinInitials(name)).toBe(initials)
  })

  it('puts name and initials into one lower-case record', () => {
    expect(searchText('Apple 苏州')).toBe('apple 苏州 asz')
  })
})
