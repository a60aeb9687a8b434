/** The line with which a program on a node that is asked again and again ends an answer. */
export const ANSWER_END = '@@deployment-engine-answer-end';
