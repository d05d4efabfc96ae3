"""The page "Step by step" without its screen: the batch, the stages, their texts, formulas, tables and pictures."""
