// SPDX-License-Identifier: Apache-2.0
// The same from Rust, over the C interface and nothing else: a net from a PyTorch state_dict, a buffer at a time.
// Build: rustc -O embed.rs -L build/release/capi -l recurra_c. Usage: embed NET.safetensors
use std::ffi::{c_char, c_int, c_void, CStr, CString};
use std::process::ExitCode;
use std::ptr;

extern "C" {
    fn recurra_open(path: *const c_char, options: *const c_void, error: *mut c_char, error_size: usize) -> *mut c_void;
    fn recurra_input_size(net: *const c_void) -> c_int;
    fn recurra_output_size(net: *const c_void) -> c_int;
    fn recurra_step_block(net: *mut c_void, x: *const f32, y: *mut f32, n: usize);
    fn recurra_close(net: *mut c_void);
}

/// A net in this process. One thread at a time may use it; it may move from thread to thread.
struct Stepper(*mut c_void);
unsafe impl Send for Stepper {}

impl Stepper {
    fn open(path: &str) -> Result<Self, String> {
        let path = CString::new(path).map_err(|e| e.to_string())?;
        let mut error: [c_char; 256] = [0; 256];
        let net = unsafe { recurra_open(path.as_ptr(), ptr::null(), error.as_mut_ptr(), error.len()) };
        if net.is_null() {
            return Err(unsafe { CStr::from_ptr(error.as_ptr()) }.to_string_lossy().into_owned());
        }
        Ok(Stepper(net))
    }

    /// (inputs, outputs) of a step.
    fn sizes(&self) -> (usize, usize) {
        unsafe { (recurra_input_size(self.0) as usize, recurra_output_size(self.0) as usize) }
    }

    /// x holds whole steps; returns the outputs of each.
    fn step_block(&mut self, x: &[f32]) -> Vec<f32> {
        let (inputs, outputs) = self.sizes();
        assert!(x.len() % inputs == 0, "expected whole steps of {inputs} inputs, found {} numbers", x.len());
        let n = x.len() / inputs;
        let mut y = vec![0.0; n * outputs];
        unsafe { recurra_step_block(self.0, x.as_ptr(), y.as_mut_ptr(), n) };
        y
    }
}

impl Drop for Stepper {
    fn drop(&mut self) {
        unsafe { recurra_close(self.0) }
    }
}

fn main() -> ExitCode {
    let path = std::env::args().nth(1).unwrap_or_else(|| "embed_net.safetensors".into());
    let mut net = match Stepper::open(&path) {
        Ok(net) if net.sizes() == (1, 1) => net,
        Ok(net) => {
            eprintln!("expected a net of one input and one output, found {:?}", net.sizes());
            return ExitCode::FAILURE;
        }
        Err(text) => {
            eprintln!("{text}");
            return ExitCode::FAILURE;
        }
    };
    let x: Vec<f32> = (0..256).map(|t| (t % 32) as f32 / 32.0).collect();
    println!("after a buffer: {:.4}", net.step_block(&x)[255]);
    ExitCode::SUCCESS
}
