"""aegan: which autoencoder role cures which gradient disease of a GAN, on your data, at what cost?"""
