import './no-checksum.ts';
