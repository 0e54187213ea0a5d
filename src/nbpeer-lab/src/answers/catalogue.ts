/** An analysis as the catalogue has it; what is empty is left out. */
export interface CatalogueEntry {
  path: string;
  title: string;
  status: 'draft' | 'in review' | 'approved' | 'lapsed' | 'superseded';
  reason: string;
  question?: string;
  answer?: string;
  reviews?: { reviewer: string; decision: string; date: string; now: boolean }[];
  results?: { name: string; value: string; unit?: string }[];
  failed?: string[];
  caveats?: string[];
  created?: string;
  updated?: string;
}

export interface Catalogued {
  path: string;
  base: string;
  entry: CatalogueEntry;
  notes: string[];
}
