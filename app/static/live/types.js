/**
 * The shapes that the modules share; nothing runs here.
 *
 * @typedef {Uint8Array | Uint16Array | Uint32Array | Int32Array | Float32Array | Float64Array} Numbers
 *
 * @typedef {object} ArrayView
 * @property {Numbers} data in C order
 * @property {number[]} shape
 *
 * @typedef {object} Decoded
 * @property {any} header JSON as it came
 * @property {Record<string, ArrayView>} arrays
 *
 * @typedef {object} LayerHeader
 * @property {boolean} normalised
 * @property {string[]} signals in network order
 *
 * @typedef {object} ArmHeader
 * @property {string} label
 * @property {string} short the label where there is little room
 * @property {string} role bn, none, or norm for every other normaliser
 * @property {string} norm the normaliser; none where no layer is normalised
 * @property {boolean} keeps its normaliser keeps running statistics
 * @property {Record<string, string>} config
 * @property {number} frames
 * @property {number[]} hidden
 * @property {string} activation
 * @property {string} placement before or after
 * @property {LayerHeader[]} layers
 * @property {boolean} [output_normalised]
 * @property {string | null} diverged
 * @property {number} [diverged_seeds]
 *
 * @typedef {object} RunHeader
 * @property {string} kind
 * @property {string} run
 * @property {number} seed
 * @property {number[]} seeds
 * @property {number} run_index
 * @property {boolean} complete
 * @property {number} trained
 * @property {number} epochs
 * @property {number} steps_per_epoch
 * @property {number} lead the arm whose frames the timeline steps over
 * @property {number} diagram the arm that the network diagram shows, and a click in it changes
 * @property {number} threshold
 * @property {string} headline
 * @property {{epochs: number, headline: string}} kept the headline where the threshold must be kept; empty where the run is too short
 * @property {string[]} sentences
 * @property {string[]} messages
 * @property {string[]} [locked] what is not offered, in a class or because it would change nothing
 * @property {"binary" | "classes" | "regression"} [task]
 * @property {number} [n_classes] 0 in a regression
 * @property {"accuracy" | "R2"} [score] what test_accuracy and train_accuracy hold
 * @property {"probability" | "class" | "value"} [surface_kind] what a byte of a surface says
 * @property {[number, number] | null} [target_range] of a regression: the values of the levels 0 and 255
 * @property {number[]} domain x0, x1, y0, y1
 * @property {string[]} feature_names
 * @property {{normalised: number[], other: number[]}} edges
 * @property {ArmHeader[]} arms
 *
 * @typedef {object} Summary quantiles over seeds, one number an evaluation
 * @property {Float64Array} median
 * @property {Float64Array} low
 * @property {Float64Array} high
 *
 * @typedef {object} Moment
 * @property {number} frame of the leading arm
 * @property {number} epoch
 * @property {boolean} moving between frames: pictures may be blended
 *
 * @typedef {object} Rect
 * @property {number} left
 * @property {number} top
 * @property {number} right
 * @property {number} bottom
 *
 * @typedef {object} Palette
 * @property {boolean} dark
 * @property {string} background
 * @property {string} text
 * @property {string} muted
 * @property {string} faint
 * @property {string} line
 * @property {string} font
 * @property {string} gamma
 * @property {string} gammaText
 * @property {string} beta
 * @property {string} betaText
 * @property {string} warn
 * @property {number} ink how many times as wide as usual lines are
 * @property {ArmStyle[]} arms
 *
 * @typedef {object} ArmStyle
 * @property {string} stroke lines and areas
 * @property {string} text the same role, dark or light enough to be read
 * @property {number[]} dash
 * @property {number} [ink] how many times as wide as usual lines are
 *
 * @typedef {object} Place in data units
 * @property {number} x
 * @property {number} y
 *
 * @typedef {object} Probe
 * @property {number} arm
 * @property {number} layer
 * @property {number | null} unit
 * @property {number | null} gamma null: every unit keeps what it learned
 * @property {number | null} beta
 *
 * @typedef {"running" | "batch" | "exact"} Lens
 *
 * @typedef {object} View what the person chose; the URL can carry most of it
 * @property {number} layer 0-based
 * @property {string} signal
 * @property {number | null} arm whose gamma, beta and statistics are shown; null is the first that has any
 * @property {number | null} unit 0-based; null is all
 * @property {Lens | null} lens whose statistics; null for those that each arm's inference uses
 * @property {number} batch which mini-batch the lens takes
 * @property {Place | null} pin the point that is asked about among batch mates
 * @property {number} mates which of many draws of batch mates
 * @property {boolean} log
 * @property {boolean} kept the headline counts a threshold that is kept, not the first time
 * @property {string} loss test, train or batch
 * @property {string} tab affine, statistics or gradients
 * @property {Probe | null} probe
 */

export {};
