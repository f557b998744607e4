import { describeSource } from './describe-source.ts'
import { packageSources } from './sources.ts'

packageSources.forEach(describeSource)
