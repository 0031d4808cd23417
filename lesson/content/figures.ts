// SPDX-License-Identifier: Apache-2.0
// What surrounds each diagram: the guess that comes first, and the claim that closes it.

/** A state that a press shows; the query is that of its link. */
export interface Show {
  text: string
  query: string
}

/** A curve that the reader may draw instead of choosing an answer. */
export interface Drawing {
  question: string
  /** What is asked, for the names of the boxes, and the unit of the distance to the truth. */
  name: string
  unit: string
  at: number[]
  start: number[]
  range: [number, number]
  step: number
}

export interface FigureEntry {
  id: string
  /** What stands above the title; “Diagram 3” where it is missing. */
  label?: string
  title: string
  guess: {
    question: string
    options: string[]
    /** Index of the right option; the engine tests hold the claim behind it. */
    truth: number
    because: string
  }
  /** The caption: what the figure shows, checked by an engine test at the published defaults. */
  claim: string
  draw?: Drawing
  /** What the claim says, one state each. */
  shows?: Show[]
  /** Other things that the same figure can show, by the name that its model gives them. */
  variants?: Record<string, Pick<FigureEntry, 'guess' | 'claim' | 'shows'>>
}

export const figures: FigureEntry[] = [
  {
    id: 'd1',
    title: 'One weight, six gradients',
    guess: {
      question: 'The loss sits at step 6. Which use of U gets the largest share of its gradient?',
      options: ['The first, step 1', 'All six the same', 'A late one, near step 6'],
      truth: 2,
      because:
        'What flows further back has passed more factors, and here each of them shortens it. (A term also follows the size of the state before its step, so neighbours can swap places.)',
    },
    claim:
      'The shared weight gets a sum of T terms. They are matrices, so the bars are norms and need not add up. Truncation deletes the cells at least K steps back, or beyond the edge of the chunk.',
    shows: [
      { text: 'truncation after 3 steps', query: 'K=3&v=1' },
      { text: 'in chunks of 3', query: 'K=3&mode=chunked&v=1' },
    ],
  },
  {
    id: 'd2',
    title: 'The gradient laboratory',
    guess: {
      question: 'U is 1.2 times an orthogonal matrix, so its spectral radius is above 1. Over 100 steps, will the gradient',
      options: ['explode', 'stay as it is', 'vanish'],
      truth: 2,
      because: 'The slope of tanh is below 1 wherever the state is not 0, and at this input strength that outweighs 1.2.',
    },
    claim:
      'With g = 1.2 the radius is above 1 and the gradient still vanishes, at this input strength. A non-normal matrix of radius 0.9 can grow nineteenfold first. Saturation kills the gradient with the weights untouched.',
    draw: {
      question: 'the power of ten that is left after so many steps',
      name: 'Power of ten left',
      unit: 'powers of ten',
      at: [1, 25, 50, 75, 100],
      start: [0, 0, 0, 0, 0],
      range: [-8, 8],
      step: 0.5,
    },
    shows: [
      { text: 'weak inputs, and it grows', query: 's=0&v=1' },
      { text: 'non-normal, radius 0.9', query: 'init=nonnormal&act=linear&g=1&v=1' },
      { text: 'saturated, same weights', query: 's=5&v=1' },
    ],
  },
  {
    id: 'thread',
    label: 'The quotation, once more',
    title: 'Trained here: is the text inside a quotation?',
    guess: {
      question: '30 characters after the last quotation mark an RNN is asked: inside or not? After 300 steps of training it is right in',
      options: ['half of the texts, as by guessing', 'most of them', 'nearly all'],
      truth: 0,
      because: 'What tells it so must come back through 30 factors, and arrives as nothing. At 3 characters the same net learns it.',
    },
    claim:
      'Asked 30 characters after the marks, the RNN guesses, from each of three seeds; GRU and LSTM of its size, from a forget bias of 3, answer. From PyTorch’s start the LSTM guesses too. Asked at every character, even the RNN learns it from most seeds.',
    shows: [
      { text: 'the gates mend it', query: 'gru=1&lstm=1&v=1' },
      { text: 'RNN, 3 characters', query: 'D=3&v=1' },
      { text: 'PyTorch’s start', query: 'rnn=0&lstm=1&bf=0&v=1' },
      { text: 'asked everywhere', query: 'every=1&v=1' },
    ],
    variants: {
      write: {
        shows: [
          { text: 'with attention', query: 'ask=write&steps=400&v=1' },
          { text: 'through one vector', query: 'ask=write&att=0&steps=400&v=1' },
        ],
        guess: {
          question:
            'An encoder-decoder is to write out what a text quotes. After 400 steps, with 16 numbers between reading and writing, it is right in',
          options: ['nearly all texts', 'about half', 'hardly one'],
          truth: 2,
          because:
            'Which letters stand between the marks must all pass through those 16 numbers. With attention it looks at each letter that it copies.',
        },
        claim:
          'Through one vector hardly one quotation is written right after 400 steps; with attention, from each of three seeds, nearly all are, also in texts of up to twice the length of those in training.',
      },
      closed: {
        shows: [
          { text: 'forward alone', query: 'ask=closed&rnn=0&lstm=1&v=1' },
          { text: 'both ways', query: 'ask=closed&rnn=0&lstm=1&both=1&v=1' },
        ],
        guess: {
          question: 'Of each character: does it stand in a quotation that will be closed later on? An LSTM that reads forward is right in',
          options: ['nearly all', 'about 85 in 100', 'half'],
          truth: 1,
          because: 'It knows whether a mark was opened, and guesses what most texts do next. Whether the mark will be closed stands in the future.',
        },
        claim:
          'Whether a quotation will be closed, no net can know from the left alone: forward, the LSTM stays near 85\u00a0%. Read both ways, every cell answers it, even the RNN.',
      },
    },
  },
  {
    id: 'd3',
    title: 'The LSTM gate bench',
    guess: {
      question: 'In the middle of a quotation the forget gate is held at 0. At the next character the net believes it is',
      options: ['still inside', 'outside', 'inside, but less sure'],
      truth: 1,
      because: 'The memory of the opening mark was a number in c, and f = 0 multiplied it away.',
    },
    claim: 'Clamp the forget gate to 0 inside the quotes, and one character later the net has forgotten that it is inside.',
    shows: [
      { text: 'f held at 0 from character 15 on', query: 'clamp=f&from=15&at=17&v=1' },
      { text: 'f held at 1: it cannot leave', query: 'clamp=f&value=1&from=15&at=30&v=1' },
    ],
  },
  {
    id: 'd4',
    title: 'Cell state and half-life',
    guess: {
      question: 'The forget bias goes up from 1 to 5. The memory lasts',
      options: ['5 times as long', 'about 10 times as long', 'about 50 times as long'],
      truth: 2,
      because: 'From 2.2 steps to 103. Each step up in the bias brings f closer to 1 by a factor of about e.',
    },
    claim: 'Memory length is a number that you set: at a bias of 1 half of a memory is gone after 2.2 steps, at 5 after 103.',
    draw: {
      question: 'the share of the pulse that is left at a forget bias of 1',
      name: 'Share left',
      unit: '',
      at: [1, 3, 6, 10, 20],
      start: [1, 1, 1, 1, 1],
      range: [0, 1],
      step: 0.05,
    },
    shows: [
      { text: 'bias 5', query: 'bf=5&v=1' },
      { text: 'with recurrence, the two paths part', query: 'bf=3&rec=1&noise=0.5&v=1' },
    ],
  },
  {
    id: 'd5',
    title: 'Three cells on one tape',
    guess: {
      question: 'Pulse after pulse of the same sign arrives. Which state can go on rising?',
      options: ['the LSTM’s c', 'the GRU’s h', 'both'],
      truth: 0,
      because: 'c is a sum with two free factors. The GRU’s h is a weighted mean of values between −1 and 1.',
    },
    claim: 'In the GRU z plays forget and input gate at once. The LSTM’s c can count without bound; h cannot.',
    shows: [
      { text: 'longer: c goes on', query: 'T=100&at=100&v=1' },
      { text: 'drawn weights', query: 'weights=random&H=4&v=1' },
    ],
  },
  {
    id: 'd6',
    title: 'Who can see what',
    guess: {
      question: 'You read out[:, -1] of a bidirectional net. How many inputs has its backward half seen?',
      options: ['all of them', 'one', 'none'],
      truth: 1,
      because: 'The backward half begins at the last step, and has read that one input there.',
    },
    claim: 'With out[:, -1] the backward half has seen exactly one input.',
    shows: [
      { text: 'joined last states', query: 'readout=joined&v=1' },
      { text: 'causal use', query: 'readout=step&causal=1&v=1' },
    ],
  },
  {
    id: 'd7',
    title: 'Through one vector',
    guess: {
      question: 'A net reverses short strings almost without fault. With longer ones it',
      options: ['does as well', 'does worse and worse', 'fails from the first extra digit on'],
      truth: 1,
      because: 'One vector of fixed size holds ever less of each digit.',
    },
    claim:
      'The net through one vector turns round 59 of 60 test strings of 4 digits, but 4 of 60 of 12 digits, although 46\u00a0% of those digits come out right. One wrong token put in changes 77\u00a0% of the tokens after it; with scheduled sampling, 69\u00a0%. With attention, all 60 strings of 12 come out right.',
    draw: {
      question: 'the share of strings that come out without a fault, by their length',
      name: 'Share without a fault',
      unit: '',
      at: [2, 4, 6, 8, 10, 12],
      start: [1, 1, 1, 1, 1, 1],
      range: [0, 1],
      step: 0.05,
    },
    shows: [
      { text: 'one wrong token', query: 'step=2&token=9&v=1' },
      { text: 'with attention', query: 'att=1&source=271828182845&v=1' },
    ],
  },
  {
    id: 'd8',
    title: 'Train it here',
    guess: {
      question: 'On the test part of this hourly series, one step ahead, the smallest error will be that of',
      options: ['the last value', 'the trained net', 'the value one week ago'],
      truth: 2,
      because:
        'The series has a week in it, and the net, which looks back 24 hours, cannot see it. A ridge regression on the same 24 lags does no worse than the net. Such rivals cost nothing: ask them first.',
    },
    claim:
      'A net is worth its weights only if it beats, on the newest part of the series, the last value, the values one day and one week ago, and a linear regression on the lags that it sees. Here the value one week ago wins.',
    shows: [
      { text: 'a window of a week: the regression wins', query: 'T=168&v=1' },
      { text: 'the interval after 400 steps', query: 'steps=400&v=1' },
    ],
    variants: {
      race: {
        shows: [],
        guess: {
          question: 'Three cells of equal size hold one bit for 24 steps. GRU and LSTM start as PyTorch starts them. Who learns it?',
          options: ['the RNN alone', 'GRU and LSTM', 'all three'],
          truth: 0,
          because:
            'PyTorch starts the gates near one half, so a memory halves at every step. With a forget bias of 3 they keep most of it: the same cells then hold the bit over 50 steps.',
        },
        claim:
          'Three races at equal size: from PyTorch’s start GRU and LSTM learn nothing over 24 steps, where the RNN does. From a forget bias of 3 they hold the bit over 50 steps; over 100 the GRU alone holds it every time; from 5 the LSTM does too. The cell did not change, its clock did.',
      },
    },
  },
  {
    id: 'd9',
    title: 'What is remembered, and at which cost',
    guess: {
      question: 'One input of 257 was marked as important. 256 steps later, which of these has most of it left?',
      options: ['an LSTM with a forget bias of 3', 'an sLSTM with the same bias', 'attention'],
      truth: 2,
      because:
        'Attention keeps every input, so lag makes no difference; it pays with work that grows with each step. The exponential gate of the sLSTM holds the input for a while; what has one fixed state must fade.',
    },
    claim:
      'A state of fixed size forgets: by its gates, by its radius, or by its decay rates. minGRU forgets as an LSTM does, for a quarter of the products, and can be trained by a scan. Attention forgets nothing, and its step grows with all that it has read.',
    shows: [
      { text: 'a forget bias of 6', query: 'bf=6&v=1' },
      { text: '1,000 steps', query: 'T=1000&v=1' },
      { text: 'an input that nothing marks', query: 'mark=0&v=1' },
      { text: 'five cells, trained', query: 'trained=1&v=1' },
    ],
    variants: {
      trained: {
        guess: {
          question:
            'Five cells of about 400 weights are trained to hold a quotation mark over 60 characters, the gates from a forget bias of 3. Which learn it?',
          options: ['GRU and LSTM', 'GRU, minGRU and sLSTM', 'all but the RNN'],
          truth: 1,
          because:
            'Measured, not derived: every gate starts with the same half-life of 14 steps, and from there three find the way within 300 steps of training. Over 30 characters the LSTM finds it too.',
        },
        claim:
          'Asked 60 characters after the marks, GRU, minGRU and sLSTM answer from each of three seeds, where RNN and LSTM guess. Trained at 30, the minGRU answers at 30 and guesses at 80: it has learned a length. The GRU holds on.',
        shows: [
          { text: 'the same at 30 characters', query: 'trained=1&D=30&v=1' },
          { text: 'the formulas', query: 'v=1' },
        ],
      },
    },
  },
]

/** The entry of a figure, with the guess and claim of one of its variants if it is named. */
export function figureEntry(id: string, variant = ''): FigureEntry {
  const entry = figures.find((f) => f.id === id)
  if (!entry) throw new Error(`no figure ${id}`)
  return { ...entry, ...entry.variants?.[variant] }
}
