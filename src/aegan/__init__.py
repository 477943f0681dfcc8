"""aegan measures which use of an autoencoder cures a GAN's vanishing or exploding gradients, and at what cost."""
