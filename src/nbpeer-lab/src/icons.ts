import { LabIcon } from '@jupyterlab/ui-components';

import check from '../style/icons/check.svg';
import review from '../style/icons/review.svg';

export const reviewIcon = new LabIcon({ name: 'nbpeer:review', svgstr: review });
export const checkIcon = new LabIcon({ name: 'nbpeer:check', svgstr: check });
