import { main } from './fuzz/main.ts';

process.exitCode = await main(process.argv.slice(2));
