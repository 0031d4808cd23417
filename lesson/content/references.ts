// SPDX-License-Identifier: Apache-2.0
export interface Reference {
  key: string
  /** As it stands in the text. */
  short: string
  /** Authors, title, place. */
  full: string
  /** DOI or arXiv; else the publisher's page. */
  link: string
  /** What to read it for. */
  note: string
}

export const references: Reference[] = [
  {
    key: 'elman1990',
    short: 'Elman 1990',
    full: 'J. L. Elman. Finding structure in time. Cognitive Science 14(2), 179–211.',
    link: 'https://doi.org/10.1207/s15516709cog1402_1',
    note: 'The simple recurrent net, and what it finds in sentences.',
  },
  {
    key: 'werbos1990',
    short: 'Werbos 1990',
    full: 'P. J. Werbos. Backpropagation through time: what it does and how to do it. Proceedings of the IEEE 78(10), 1550–1560.',
    link: 'https://doi.org/10.1109/5.58337',
    note: 'BPTT, written as a recipe.',
  },
  {
    key: 'williams1989',
    short: 'Williams & Zipser 1989',
    full: 'R. J. Williams, D. Zipser. A learning algorithm for continually running fully recurrent neural networks. Neural Computation 1(2), 270–280.',
    link: 'https://doi.org/10.1162/neco.1989.1.2.270',
    note: 'Where teacher forcing gets its name.',
  },
  {
    key: 'williams1990',
    short: 'Williams & Peng 1990',
    full: 'R. J. Williams, J. Peng. An efficient gradient-based algorithm for on-line training of recurrent network trajectories. Neural Computation 2(4), 490–501.',
    link: 'https://doi.org/10.1162/neco.1990.2.4.490',
    note: 'Truncated BPTT.',
  },
  {
    key: 'bengio1994',
    short: 'Bengio et al. 1994',
    full: 'Y. Bengio, P. Simard, P. Frasconi. Learning long-term dependencies with gradient descent is difficult. IEEE Transactions on Neural Networks 5(2), 157–166.',
    link: 'https://doi.org/10.1109/72.279181',
    note: 'Why storing a bit robustly makes its gradient vanish; the latch task.',
  },
  {
    key: 'hochreiter1997',
    short: 'Hochreiter & Schmidhuber 1997',
    full: 'S. Hochreiter, J. Schmidhuber. Long short-term memory. Neural Computation 9(8), 1735–1780.',
    link: 'https://doi.org/10.1162/neco.1997.9.8.1735',
    note: 'The first LSTM: a constant error carousel, two gates, no forget gate.',
  },
  {
    key: 'schuster1997',
    short: 'Schuster & Paliwal 1997',
    full: 'M. Schuster, K. K. Paliwal. Bidirectional recurrent neural networks. IEEE Transactions on Signal Processing 45(11), 2673–2681.',
    link: 'https://doi.org/10.1109/78.650093',
    note: 'Two nets, two directions, one output.',
  },
  {
    key: 'gers2000',
    short: 'Gers et al. 2000',
    full: 'F. A. Gers, J. Schmidhuber, F. Cummins. Learning to forget: continual prediction with LSTM. Neural Computation 12(10), 2451–2471.',
    link: 'https://doi.org/10.1162/089976600300015015',
    note: 'The forget gate, added so that the state can be reset.',
  },
  {
    key: 'graves2005',
    short: 'Graves & Schmidhuber 2005',
    full: 'A. Graves, J. Schmidhuber. Framewise phoneme classification with bidirectional LSTM and other neural network architectures. Neural Networks 18(5–6), 602–610.',
    link: 'https://doi.org/10.1016/j.neunet.2005.06.042',
    note: 'The bidirectional LSTM, with the full gradient.',
  },
  {
    key: 'pascanu2013',
    short: 'Pascanu et al. 2013',
    full: 'R. Pascanu, T. Mikolov, Y. Bengio. On the difficulty of training recurrent neural networks. ICML 2013.',
    link: 'https://arxiv.org/abs/1211.5063',
    note: 'What the singular values do and do not say; clipping by the norm.',
  },
  {
    key: 'cho2014',
    short: 'Cho et al. 2014',
    full: 'K. Cho et al. Learning phrase representations using RNN encoder–decoder for statistical machine translation. EMNLP 2014.',
    link: 'https://doi.org/10.3115/v1/D14-1179',
    note: 'The GRU, and the encoder–decoder.',
  },
  {
    key: 'chung2014',
    short: 'Chung et al. 2014',
    full: 'J. Chung, C. Gulcehre, K. Cho, Y. Bengio. Empirical evaluation of gated recurrent neural networks on sequence modeling. arXiv:1412.3555.',
    link: 'https://arxiv.org/abs/1412.3555',
    note: 'GRU beside LSTM; the other sign of z.',
  },
  {
    key: 'sutskever2014',
    short: 'Sutskever et al. 2014',
    full: 'I. Sutskever, O. Vinyals, Q. V. Le. Sequence to sequence learning with neural networks. NeurIPS 2014.',
    link: 'https://arxiv.org/abs/1409.3215',
    note: 'Whole sentences through one vector; why reversing the source helped.',
  },
  {
    key: 'saxe2014',
    short: 'Saxe et al. 2014',
    full: 'A. M. Saxe, J. L. McClelland, S. Ganguli. Exact solutions to the nonlinear dynamics of learning in deep linear neural networks. ICLR 2014.',
    link: 'https://arxiv.org/abs/1312.6120',
    note: 'Orthogonal initialisation.',
  },
  {
    key: 'zaremba2014',
    short: 'Zaremba et al. 2014',
    full: 'W. Zaremba, I. Sutskever, O. Vinyals. Recurrent neural network regularization. arXiv:1409.2329.',
    link: 'https://arxiv.org/abs/1409.2329',
    note: 'Dropout between layers, not along time.',
  },
  {
    key: 'bahdanau2015',
    short: 'Bahdanau et al. 2015',
    full: 'D. Bahdanau, K. Cho, Y. Bengio. Neural machine translation by jointly learning to align and translate. ICLR 2015.',
    link: 'https://arxiv.org/abs/1409.0473',
    note: 'Attention: the decoder looks back at every source step.',
  },
  {
    key: 'bengio2015',
    short: 'Bengio et al. 2015',
    full: 'S. Bengio, O. Vinyals, N. Jaitly, N. Shazeer. Scheduled sampling for sequence prediction with recurrent neural networks. NeurIPS 2015.',
    link: 'https://arxiv.org/abs/1506.03099',
    note: 'Feeding the decoder its own words during training.',
  },
  {
    key: 'jozefowicz2015',
    short: 'Jozefowicz et al. 2015',
    full: 'R. Jozefowicz, W. Zaremba, I. Sutskever. An empirical exploration of recurrent network architectures. ICML 2015.',
    link: 'https://proceedings.mlr.press/v37/jozefowicz15.html',
    note: 'Ten thousand cells tried; with a forget bias of 1 the LSTM closes its gap to the GRU.',
  },
  {
    key: 'linzen2016',
    short: 'Linzen et al. 2016',
    full: 'T. Linzen, E. Dupoux, Y. Goldberg. Assessing the ability of LSTMs to learn syntax-sensitive dependencies. TACL 4, 521–535.',
    link: 'https://doi.org/10.1162/tacl_a_00115',
    note: 'Agreement across distance as a test of memory.',
  },
  {
    key: 'vaswani2017',
    short: 'Vaswani et al. 2017',
    full: 'A. Vaswani et al. Attention is all you need. NeurIPS 2017.',
    link: 'https://arxiv.org/abs/1706.03762',
    note: 'The transformer: a path of length one between any two steps.',
  },
  {
    key: 'tallec2018',
    short: 'Tallec & Ollivier 2018',
    full: 'C. Tallec, Y. Ollivier. Can recurrent neural networks warp time? ICLR 2018.',
    link: 'https://arxiv.org/abs/1804.11188',
    note: 'Why gates appear by themselves, and chrono initialisation.',
  },
  {
    key: 'kerg2019',
    short: 'Kerg et al. 2019',
    full: 'G. Kerg et al. Non-normal recurrent neural network (nnRNN): learning long time dependencies while improving expressivity with transient dynamics. NeurIPS 2019.',
    link: 'https://arxiv.org/abs/1905.12080',
    note: 'Matrices that amplify for a while although every eigenvalue is below one.',
  },
  {
    key: 'gu2023',
    short: 'Gu & Dao 2023',
    full: 'A. Gu, T. Dao. Mamba: linear-time sequence modeling with selective state spaces. arXiv:2312.00752.',
    link: 'https://arxiv.org/abs/2312.00752',
    note: 'State-space models whose rates depend on the input.',
  },
  {
    key: 'beck2024',
    short: 'Beck et al. 2024',
    full: 'M. Beck et al. xLSTM: extended long short-term memory. NeurIPS 2024.',
    link: 'https://arxiv.org/abs/2405.04517',
    note: 'Exponential gates, and memories that are matrices.',
  },
  {
    key: 'feng2024',
    short: 'Feng et al. 2024',
    full: 'L. Feng, F. Tung, M. O. Ahmed, Y. Bengio, H. Hajimirsadeghi. Were RNNs all we needed? arXiv:2410.01201.',
    link: 'https://arxiv.org/abs/2410.01201',
    note: 'GRU and LSTM without the state in their gates: trained by a parallel scan.',
  },
  {
    key: 'gu2022',
    short: 'Gu et al. 2022',
    full: 'A. Gu, K. Goel, C. Ré. Efficiently modeling long sequences with structured state spaces. ICLR 2022.',
    link: 'https://arxiv.org/abs/2111.00396',
    note: 'A linear recurrence that trains in parallel.',
  },
]
