/** How much is measured. 'smoke' checks answers; its times mean nothing. */
export type Size = 'full' | 'smoke';
