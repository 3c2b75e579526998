export ARM_USE_MSI=true
